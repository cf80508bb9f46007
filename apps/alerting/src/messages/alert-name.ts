/** The names under which PatchHound's clients know alerts, misspellings included (`wire/patchhound.md` §9.2). */
export const patchHoundAlertNames = [
  'Workflow : Signature Fail',
  'Workflow : Verification Fail',
  'Workflow : Failed to save files',
  'Scheduled Event : Tampering Detected',
  'Scheduled Event : Vulnerabilities Detected',
  'Scheduled Event : Kev Vulnerabilities Detected',
  'Scheduled Event : SYFT_Attestation Fail',
  'Scheduled Event : SYFT_Attestation Missing',
  'Scheduled Event : SYFT_Signature Fail',
  'Scheduled Event : TRVIY_Attestation Fail',
  'Scheduled Event : TRVIY_Signature Fail',
  'Scheduled Event : Signature Fail',
  'Scheduled Event : Scan Fail',
  'Scheduled Event : Internal Error',
] as const;
export type PatchHoundAlertName = (typeof patchHoundAlertNames)[number];

/** PatchHound's name for an event with what it says; null for one that PatchHound does not know. */
export function alertNameOf(
  eventName: string,
  details: Readonly<Record<string, unknown>> | null,
): PatchHoundAlertName | null {
  switch (eventName) {
    case 'run.rescanned':
      return details?.['about'] === 'kev'
        ? 'Scheduled Event : Kev Vulnerabilities Detected'
        : 'Scheduled Event : Vulnerabilities Detected';
    case 'run.rescan-failed':
      return nameOfFailedRescan(details?.['status']);
    case 'tampering.detected':
      return 'Scheduled Event : Tampering Detected';
    case 'receipt.failed':
      return 'Workflow : Failed to save files';
    case 'verification.failed':
      return nameOfFailedVerification(details ?? {});
    default:
      return null;
  }
}

/** What the scanner could not match is a failed scan; evidence that is gone or changed is what it is; the rest is our fault. */
function nameOfFailedRescan(status: unknown): PatchHoundAlertName {
  if (status === 'not-matched') return 'Scheduled Event : Scan Fail';
  if (status === 'missing-document' || status === 'damaged-document') return 'Scheduled Event : Tampering Detected';
  return 'Scheduled Event : Internal Error';
}

/** After the occasion, what was wrong, and whose document it was. What a client's name does not exist for gets the nearest. */
function nameOfFailedVerification(details: Readonly<Record<string, unknown>>): PatchHoundAlertName {
  const { occasion, check, role, missing } = details;
  if (occasion !== 'rescan')
    return check === 'signature' ? 'Workflow : Signature Fail' : 'Workflow : Verification Fail';
  if (check === 'document') return 'Scheduled Event : Tampering Detected';
  if (role === 'sbom' && check === 'attestation')
    return missing === true ? 'Scheduled Event : SYFT_Attestation Missing' : 'Scheduled Event : SYFT_Attestation Fail';
  if (role === 'sbom') return 'Scheduled Event : SYFT_Signature Fail';
  if (role === 'trivy_report' && check === 'attestation') return 'Scheduled Event : TRVIY_Attestation Fail';
  if (role === 'trivy_report') return 'Scheduled Event : TRVIY_Signature Fail';
  return 'Scheduled Event : Signature Fail';
}

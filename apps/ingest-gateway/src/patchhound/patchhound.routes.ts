/** The routes of PatchHound, without their prefix. */
export const patchHoundPaths = [
  'health-check',
  'scan-sbom',
  'create-token-key',
  'change-key-status',
  'remove-token-key',
  'list-token-key',
  'list-resources',
  'get-resources',
  'generate-pdf',
  'sign-image',
  'verify-image',
  'sign-base-image',
  'verify-base-image',
  'exclusion-get',
  'exclusion-post',
] as const;

type PatchHoundPath = (typeof patchHoundPaths)[number];

/** Both addresses of a route: one handler serves them (`semantics.md` §12). */
export function addressesOf(path: PatchHoundPath): string[] {
  return [`v1/${path}`, `api/v1/${path}`];
}

const urls = new Set(patchHoundPaths.flatMap(addressesOf).map((path) => `/${path}`));

/** True for the pattern of a route of PatchHound, where errors are worded as PatchHound's. */
export function isPatchHoundRoute(url: string | undefined): boolean {
  return url !== undefined && urls.has(url);
}

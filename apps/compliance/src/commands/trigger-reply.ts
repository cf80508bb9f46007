import type { Uuid } from '@assay/kernel';
import { limits } from '../limits.js';
import type { RequestedCommand } from './request-command.service.js';
import type { Trigger, Triggered } from './trigger-scan.service.js';

/** PatchMon's name of the one scan job of a host (`wire/patchmon.md` §6.3). */
export const jobIdOf = (hostId: Uuid): string => `compliance-scan-${hostId}`;

/**
 * The answer to a trigger in the words of both generations of PatchMon (`wire/patchmon.md` §6.2), which do not contradict
 * each other; `commands` is ours.
 */
export function triggerReply(trigger: Trigger, { host, connected, requested }: Triggered): object {
  const said = { success: true, message: messageOf(requested, connected), host_id: host.id, hostId: host.id };
  const commands = requested.map(({ command: { id, status } }) => ({ id, status }));
  if (trigger.profileType === 'oscap-docker') {
    const { image_name, container_name, scan_all_images } = requested[0]!.command.options;
    return { ...said, profile_type: trigger.profileType, scan_all_images, image_name, container_name, commands };
  }
  const isRepeat = requested.every((each) => each.isRepeat);
  const jobId = jobIdOf(host.id);
  return {
    ...said,
    queued: true,
    ...(isRepeat && { already_queued: true }),
    job_id: jobId,
    jobId,
    profile_type: trigger.profileType,
    profile_id: requested[0]!.command.options['profile_id'] ?? null,
    enable_remediation: trigger.enableRemediation,
    commands,
  };
}

/** One host of a bulk trigger: what came of it, or why not. */
export type BulkOutcome =
  { readonly hostId: Uuid; readonly triggered: Triggered } | { readonly hostId: Uuid; readonly error: string };

/** The answer to a bulk trigger, in the words of both generations. */
export function bulkReply(trigger: Trigger, outcomes: readonly BulkOutcome[]): object {
  const done = outcomes.flatMap((outcome) => ('triggered' in outcome ? [outcome.triggered] : []));
  const failed = outcomes.flatMap((outcome) =>
    'error' in outcome ? [{ hostId: outcome.hostId, error: outcome.error }] : [],
  );
  const repeats = done.filter(({ requested }) => requested.every(({ isRepeat }) => isRepeat)).length;
  return {
    success: true,
    message: `Triggered compliance scans for ${done.length} of ${outcomes.length} hosts`,
    profile_type: trigger.profileType,
    enable_remediation: trigger.enableRemediation,
    triggered: done.map(({ host, connected, requested }) => ({
      hostId: host.id,
      hostName: host.friendlyName || host.hostname,
      apiId: host.apiId,
      connected,
      commands: requested.map(({ command: { id, status } }) => ({ id, status })),
    })),
    failed,
    summary: { total: outcomes.length, success: done.length, failed: failed.length },
    enqueued: done.length - repeats,
    skipped: repeats,
    errors: failed,
  };
}

function messageOf(requested: readonly RequestedCommand[], connected: boolean): string {
  if (requested.every(({ isRepeat }) => isRepeat)) return 'A compliance scan is already waiting for this host';
  const [first] = requested;
  if (first!.command.status === 'awaiting-approval') {
    const hours = limits.approveWithinMs / 3_600_000;
    return `The scan changes the host: it waits up to ${hours} hours for the approval of a second admin`;
  }
  if (!connected) return 'Host is not connected: the compliance scan starts when it is';
  if (first!.command.issuedAt === null) return 'Compliance scan queued: it starts when the one that runs has ended';
  return 'Compliance scan triggered';
}

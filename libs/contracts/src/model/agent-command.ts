import { z } from 'zod';

/** What agents can be told to do. `scan` is a host benchmark, `scan-image` one of container images. */
export const agentCommandKinds = [
  'scan',
  'scan-image',
  'cancel-scan',
  'install-scanner',
  'cancel-install',
  'upgrade-content',
  'remediate',
  'configure',
] as const;
export type AgentCommandKind = (typeof agentCommandKinds)[number];

/**
 * Where a command is: it waits for a second admin, for the agent, was written to a socket, is being worked on, and ends
 * as one of the last four. Each command ends exactly once.
 */
export const agentCommandStatuses = [
  'awaiting-approval',
  'queued',
  'sent',
  'running',
  'completed',
  'failed',
  'cancelled',
  'refused',
] as const;
export type AgentCommandStatus = (typeof agentCommandStatuses)[number];

/** Phases of an agent's work (`wire/patchmon.md` §5.2); another word than these is passed on as it came. */
export const agentProgress = z.object({
  hostId: z.uuid(),
  apiId: z.string(),
  phase: z.string(),
  profileName: z.string().nullable(),
  message: z.string().nullable(),
  /** 0 to 100. */
  progress: z.number().nullable(),
  error: z.string().nullable(),
  at: z.iso.datetime(),
});
export type AgentProgress = z.infer<typeof agentProgress>;

import type { AgentCommandKind } from '@assay/contracts';
import { limits } from '../limits.js';

/** What of an agent does one thing at a time. */
export type CommandLane = 'scan' | 'install';

/** How a kind of command goes on once its frame is written. */
export interface CommandTraits {
  /** Of these an agent does one at a time; null for what is done in a moment. */
  readonly lane: CommandLane | null;
  /** What ends it: that it was written, the results that the agent submits, or what it reports of its integrations. */
  readonly endsWith: 'writing' | 'results' | 'integration-status';
  /** How long an agent may say nothing before the frame is written again, or null where that could do it twice. */
  readonly rewriteAfterMs: number | null;
  /** How long it may take from the first writing. What takes longer has failed. */
  readonly mustEndWithinMs: number;
}

const atOnce: CommandTraits = {
  lane: null,
  endsWith: 'writing',
  rewriteAfterMs: null,
  mustEndWithinMs: limits.commandStaleMs,
};
const scan: CommandTraits = {
  lane: 'scan',
  endsWith: 'results',
  rewriteAfterMs: limits.commandRewriteMs,
  mustEndWithinMs: limits.commandStaleMs,
};
const install: CommandTraits = {
  lane: 'install',
  endsWith: 'integration-status',
  rewriteAfterMs: null,
  mustEndWithinMs: limits.installMustEndMs,
};

/**
 * Agents say nothing of a single remediation, neither progress nor results (`wire/patchmon.md` §5.2 lists all they say): it
 * ends with the writing, and waits for the scanner to be free.
 */
export const traitsOf: Readonly<Record<AgentCommandKind, CommandTraits>> = {
  scan,
  'scan-image': scan,
  'cancel-scan': atOnce,
  'install-scanner': install,
  'cancel-install': atOnce,
  'upgrade-content': install,
  remediate: { ...atOnce, lane: 'scan' },
  configure: atOnce,
};

import { z } from 'zod';
import { artifactRef } from './artifact-ref.js';

/** How bad a rule's author finds a match, from worst to least; `unknown` where the sender's word is none of these. */
export const signalSeverities = ['critical', 'high', 'medium', 'low', 'info', 'unknown'] as const;
export type SignalSeverity = (typeof signalSeverities)[number];

/** Where people are with a signal. Its history says who brought it there. */
export const signalStatuses = ['open', 'acknowledged', 'resolved'] as const;
export type SignalStatus = (typeof signalStatuses)[number];

/** One match of a rule on a host, as it was accepted. Its identity is tenant, `hostId` and `signalId` (`semantics.md` §11). */
export const receivedSignal = z.object({
  /** Ours, a UUIDv7 of the moment of acceptance: the key of its row. */
  id: z.uuid(),
  /** The sender's. */
  signalId: z.string(),
  /** The sender's id of the host: an external id, which compliance links to one of its hosts. */
  hostId: z.string(),
  ruleId: z.string(),
  ruleDescription: z.string().nullable(),
  status: z.enum(signalStatuses),
  severity: z.enum(signalSeverities),
  title: z.string(),
  tags: z.array(z.string()),
  /** When it happened, as the sender wrote it: precision and offset are the sender's. */
  ts: z.string(),
  /** The same moment in UTC; that of acceptance where `ts` is no time. */
  at: z.iso.datetime(),
  receivedAt: z.iso.datetime(),
  /** Whatever the rule collected; what is left of it where it was too long. */
  context: z.record(z.string(), z.unknown()),
  /** The context in full, where it is too long for a message (`semantics.md` §11: 48 KiB). */
  contextDocument: artifactRef.nullable(),
  /** The fields that were shortened or replaced because they could not be kept as they came. */
  mended: z.array(z.string()),
  /** SHA-256 of the signal as it was received, 64 hexadecimal digits: another content under the same id shows. */
  digest: z.string(),
});
export type ReceivedSignal = z.infer<typeof receivedSignal>;

/** All signals of one rule on one host that nobody has resolved: what a person looks at. */
export const signalGroup = z.object({
  hostId: z.string(),
  ruleId: z.string(),
  title: z.string(),
  severity: z.enum(signalSeverities),
  /** Signals of the group that are not resolved. */
  open: z.number().int(),
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
  /** The newest of them, by our id. */
  newestId: z.uuid(),
});
export type SignalGroup = z.infer<typeof signalGroup>;

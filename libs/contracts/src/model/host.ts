import { z } from 'zod';

/** Whose word for a host an external id is. `native` is what callers of our own routes name it. */
export const hostDialects = ['native', 'santamon', 'patchmon'] as const;
export type HostDialect = (typeof hostDialects)[number];

/** What PatchMon's agents are told to do by themselves. */
export const complianceModes = ['disabled', 'on-demand', 'enabled'] as const;
export type ComplianceMode = (typeof complianceModes)[number];

export const externalHostId = z.object({ dialect: z.enum(hostDialects), id: z.string() });

/** A host as events name it: ours, and every id that others know it by (`semantics.md` §11). */
export const hostRef = z.object({
  hostId: z.uuid(),
  hostname: z.string(),
  friendlyName: z.string(),
  externalIds: z.array(externalHostId),
  groups: z.array(z.string()),
});
export type HostRef = z.infer<typeof hostRef>;

/** One sign of life. Newer ones replace older ones; none is worth more than the next. */
export const heartbeat = z.object({
  dialect: z.enum(hostDialects),
  /** The external id: Santamon's `agent_id`, PatchMon's API id. */
  id: z.string(),
  /** The sender's time, as it wrote it. */
  timestamp: z.string(),
  receivedAt: z.iso.datetime(),
  version: z.string().nullable(),
  osVersion: z.string().nullable(),
  uptimeSeconds: z.number().nullable(),
  /** True if the gateway that says so holds the agent's socket at this moment. */
  connected: z.boolean(),
  /** True if the credential that it came with is limited to hosts and may speak for this one: nobody else can. */
  bound: z.boolean().optional(),
});
export type Heartbeat = z.infer<typeof heartbeat>;

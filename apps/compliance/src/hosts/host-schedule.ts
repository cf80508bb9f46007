/** What a host or a group can say about time, in minutes; null leaves it to who comes next. */
export interface Schedule {
  readonly updateIntervalMinutes: number | null;
  readonly scanIntervalMinutes: number | null;
  readonly silentAfterMinutes: number | null;
}

/** What holds for a host. */
export interface EffectiveSchedule {
  /** How often its agent reports. */
  readonly updateIntervalMinutes: number;
  /** How often an agent that scans by itself does so; null leaves it to the agent. */
  readonly scanIntervalMinutes: number | null;
  /** After how long without a sign of life it is silent. */
  readonly silentAfterMinutes: number;
}

/**
 * A host's own word goes before that of its groups, and of these the first in the host's order that has one; what nobody
 * says is the installation's setting. `SilenceStore` says the same in SQL.
 */
export function effectiveSchedule(
  own: Schedule,
  groups: readonly Schedule[],
  defaults: { readonly updateIntervalMinutes: number; readonly silentAfterMinutes: number },
): EffectiveSchedule {
  const said = (field: keyof Schedule): number | null =>
    [own, ...groups].map((schedule) => schedule[field]).find((value) => value !== null) ?? null;
  return {
    updateIntervalMinutes: said('updateIntervalMinutes') ?? defaults.updateIntervalMinutes,
    scanIntervalMinutes: said('scanIntervalMinutes'),
    silentAfterMinutes: said('silentAfterMinutes') ?? defaults.silentAfterMinutes,
  };
}

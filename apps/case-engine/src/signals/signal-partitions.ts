import type { PartitionedTable } from '@assay/persistence';

/** Days of one partition of signals, and for how many they are made ahead: two weeks without maintenance cost nothing. */
const span = { spanDays: 7, aheadDays: 14 } as const;

/**
 * The tables that are cut by the days of signals. A week is dropped once its last day is past its keeping and everything in
 * it was taken out of counts and groups.
 * @param retentionDays 0 keeps them for ever
 */
export function signalPartitions(retentionDays: number): PartitionedTable[] {
  const keepDays = retentionDays === 0 ? null : retentionDays;
  return [
    {
      table: 'signals',
      keepDays,
      ...span,
      neededWhile: (partition) => `select 1 from ${partition} s left join signal_retention r using (tenant)
        where r.tenant is null or s.id >= r.settled_before limit 1`,
    },
    { table: 'signal_changes', keepDays, ...span },
  ];
}

import type { Origin } from '@assay/contracts';
import type { Case } from './case.js';

/**
 * What a pull request is compared with, of the runs it could be: the target branch's run at the commit that the caller
 * names, else the one that was pinned when the first run came, else the branch's newest, which is then pinned. So a
 * baseline does not move while a pull request is open, unless somebody says so or it is retargeted.
 */
export function baselineOf<Run>(
  { targetBranch }: Pick<Origin, 'targetBranch'>,
  kase: Pick<Case, 'subject' | 'baseline'> | null,
  runs: { readonly named: Run | null; readonly pinned: Run | null; readonly newest: Run | null },
): Run | null {
  if (kase?.subject.kind !== 'pr' || targetBranch === null) return null;
  const pinned = kase.baseline.branch === targetBranch ? runs.pinned : null;
  return runs.named ?? pinned ?? runs.newest;
}

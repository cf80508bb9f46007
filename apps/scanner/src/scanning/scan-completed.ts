import type { DataOf, scanCompletedV1, ScanResult } from '@assay/contracts';
import { targetOf } from '../findings/scanned-subject.js';
import type { RecordedScan } from './record-scans.service.js';
import { exclusionsOf } from './scan-work.js';

/** What is said when all documents of a receipt were read: the first one's result at the top, the others alongside. */
export function completedOf(scans: readonly RecordedScan[]): DataOf<typeof scanCompletedV1> {
  const [first, ...others] = scans;
  if (first === undefined) throw new TypeError('a receipt without scans has nothing to say');
  const { receiptId, kind, dialect, subject, origin, acceptedAt, context } = first.received;
  if (kind === 'vex' || kind === 'benchmark') throw new TypeError(`a ${kind} is not scanned`);
  const exclusions = exclusionsOf(first.received);
  return {
    ...resultOf(first),
    receiptId,
    kind,
    dialect,
    subject,
    origin,
    acceptedAt,
    ...(others.length > 0 && { alongside: others.map(resultOf) }),
    ...(exclusions !== null && { exclusions }),
    ...(context !== undefined && context !== null && { context }),
  };
}

function resultOf(scan: RecordedScan): ScanResult {
  const { scanId, document, outcome, findings, findingsContent } = scan;
  const { tool, engine, components, entries } = outcome;
  const target = targetOf(outcome.target, scan.received.origin);
  return { scanId, tool, target, document, engines: [engine], components, entries, findings, findingsContent };
}

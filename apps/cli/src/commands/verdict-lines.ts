import type { Verdict } from '@assay/contracts';

/** What the gateway answers to a document, and the file it was. */
export interface IngestAnswer {
  readonly file?: string;
  readonly receiptId: string;
  readonly status: string;
  readonly links?: { readonly run?: string };
  readonly result?: Verdict | null;
}

/** The answer as people read it. */
export function verdictLines({ file = '', receiptId, status, links, result }: IngestAnswer): string[] {
  if (!result) return [`${file}: ${status}, receipt ${receiptId}`];
  const { counts, verdict, reasons } = result;
  const found = (['critical', 'high', 'medium', 'low', 'unknown'] as const).map((level) => `${counts[level]} ${level}`);
  return [
    `${file}: ${verdict.toUpperCase()}`,
    `  ${found.join(', ')}, ${counts.kev} known exploited, ${counts.excluded} excepted`,
    ...reasons.map((reason) => `  ${reason}`),
    ...(links?.run === undefined ? [] : [`  why: ${links.run}/report.pdf`]),
  ];
}

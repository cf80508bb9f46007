import { severities } from '@assay/kernel';
import { momentOf, titleOf } from '../report-title.js';
import { repositoryOf } from '../subject-title.js';
import type { RunReport } from '../run-report.js';
import { quietInk, severityColours, shade, verdictColours } from './palette.js';
import { type Sheet, textWidth } from './sheet.js';
import { table } from './table.js';

const verdictWords = { pass: 'PASSED', block: 'BLOCKED', 'not-applicable': 'NOT GATED' } as const;

/** The first page: what was looked at, the verdict with its reasons, the counts, and when all this was. */
export function cover(sheet: Sheet, report: RunReport, reportedAt: Date): void {
  const { run, verdict } = report;
  sheet.y += 40;
  sheet.paragraph('Security report', { size: 13, weight: 400, colour: quietInk });
  sheet.paragraph(titleOf(report), { size: 26, weight: 700 }, { after: 2 });
  const repository = repositoryOf(run.origin.org, run.origin.repo);
  const about = [repository, run.origin.provider].filter((part) => part !== '').join(' · ');
  if (about !== '' && about !== titleOf(report)) sheet.paragraph(about, { size: 11, weight: 400, colour: quietInk });
  sheet.y += 14;
  banner(sheet, verdictWords[verdict.verdict], verdictColours[verdict.verdict]);
  for (const reason of verdict.reasons.slice(0, 8))
    sheet.paragraph(`• ${reason}`, { size: 10, weight: 400 }, { after: 2 });
  sheet.y += 14;
  const { counts } = report;
  tiles(sheet, [
    ...severities.map((name) => [name, counts.open[name]] as const),
    ['exploited', counts.open.kev],
    ['excluded', report.findings.filter(({ state }) => state === 'excluded').length],
  ]);
  sheet.y += 18;
  table(
    sheet,
    [
      { title: 'About this run', share: 1 },
      { title: '', share: 3 },
    ],
    [
      ['Scan date', momentOf(report.dates.scanned)],
      ['Report date', momentOf(reportedAt.toISOString())],
      ['Rescan date', report.dates.rescanned === null ? 'Not rescanned yet' : momentOf(report.dates.rescanned)],
      ['Commit', run.commitSha ?? '–'],
      ['Author', run.commitAuthor ?? '–'],
      ['Run', [{ text: run.runUrl ?? run.name ?? run.id, link: run.runUrl }]],
    ],
  );
}

function banner(sheet: Sheet, word: string, colour: string): void {
  const style = { size: 18, weight: 700, colour: '#ffffff' } as const;
  const lines = sheet.linesOf(word, style, textWidth - 32);
  const height = sheet.heightOf(lines, style) + 20;
  sheet.box(sheet.left, sheet.y, textWidth, height, colour);
  sheet.drawLines(lines, style, sheet.left + 16, sheet.y + 10, textWidth - 32);
  sheet.y += height + 10;
}

/** Numbers beside each other under their names: what counts by severity, what is exploited, what is excluded. */
export function tiles(sheet: Sheet, numbers: readonly (readonly [string, number])[]): void {
  const gap = 6;
  const width = (textWidth - gap * (numbers.length - 1)) / numbers.length;
  const colours: Readonly<Record<string, string>> = { ...severityColours, exploited: severityColours.critical };
  numbers.forEach(([name, number], index) => {
    const x = sheet.left + index * (width + gap);
    sheet.box(x, sheet.y, width, 52, shade);
    const big = { size: number > 99_999 ? 12 : 18, weight: 700, colour: colours[name] ?? quietInk } as const;
    const small = { size: 8, weight: 400, colour: quietInk } as const;
    sheet.drawLines(sheet.linesOf(String(number), big, width), big, x + 8, sheet.y + 6, width);
    sheet.drawLines(sheet.linesOf(name, small, width), small, x + 8, sheet.y + 34, width);
  });
  sheet.y += 52;
}

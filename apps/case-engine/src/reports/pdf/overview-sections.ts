import { severities } from '@assay/kernel';
import { sourceName } from '../source-name.js';
import { explainRulesets } from '../semgrep-rulesets.js';
import type { KindCounts, RunReport } from '../run-report.js';
import type { Sheet } from './sheet.js';
import { nothing } from './nothing.js';
import { table } from './table.js';

/** Counters, versions of the tools, and what their rule sets mean. */
export function overviewSections(sheet: Sheet, report: RunReport): void {
  sheet.heading('Counters', 'counters');
  countersByKind(sheet, report);
  countersByTool(sheet, report);
  sheet.heading('Tool versions', 'tool-versions');
  versions(sheet, report);
  const explained = explainRulesets(report.rulesets['semgrep'] ?? []);
  if (explained.length === 0) return;
  sheet.heading('Semgrep rule sets', 'rule-sets');
  table(
    sheet,
    [
      { title: 'Rule set', share: 2 },
      { title: 'Looks for', share: 5 },
    ],
    explained.map(({ name, explanation }) => [name, explanation]),
  );
}

const kinds: readonly (readonly [keyof KindCounts, string])[] = [
  ['vulnerability', 'Vulnerabilities'],
  ['misconfiguration', 'Misconfigurations'],
  ['secret', 'Exposed secrets'],
  ['sast', 'Issues in code'],
  ['license', 'Licences'],
];

function countersByKind(sheet: Sheet, { counts }: RunReport): void {
  sheet.paragraph('Totals include what is excluded.', { size: 9, weight: 400 });
  table(
    sheet,
    [
      { title: 'What', share: 4 },
      { title: 'Total', share: 1 },
      { title: 'Counts', share: 1 },
      { title: 'Excluded', share: 1 },
    ],
    [
      ['Packages', String(counts.packages), '', ''],
      ...kinds.map(([kind, name]) => [
        name,
        String(counts.total[kind]),
        String(counts.openByKind[kind]),
        String(counts.excludedByKind[kind]),
      ]),
      [
        'Known to be exploited (KEV)',
        String(counts.open.kev + counts.excluded.kev),
        String(counts.open.kev),
        String(counts.excluded.kev),
      ],
      ['New findings since the last rescan', String(counts.newFindings), '', ''],
      ['New KEV findings since the last rescan', String(counts.newKevFindings), '', ''],
    ],
  );
}

function countersByTool(sheet: Sheet, { counts, skipped }: RunReport): void {
  sheet.subheading('By source, without what is excluded');
  const tools = [...new Set([...Object.keys(counts.byTool), ...Object.keys(counts.excludedByTool)])].toSorted();
  const rows = tools.map((tool) => {
    const found = counts.byTool[tool];
    const numbers = severities.map((name) => found?.[name] ?? 0);
    const others = [found?.misconfigurations, found?.secrets, found?.issues, found?.licenses].map((each) => each ?? 0);
    return [sourceName(tool), ...[...numbers, ...others].map(String)];
  });
  const missing = skipped.filter((tool) => !tools.includes(tool));
  if (rows.length === 0 && missing.length === 0) return nothing(sheet, 'No source found anything.');
  table(
    sheet,
    [
      { title: 'Source', share: 3 },
      ...['Critical', 'High', 'Medium', 'Low', 'Unkn.', 'Misconf.', 'Secrets', 'Issues', 'Licences'].map((title) => ({
        title,
        share: 1.25,
      })),
    ],
    [...rows, ...missing.map((tool) => [sourceName(tool), 'not run', '', '', '', '', '', '', '', ''])],
  );
}

function versions(sheet: Sheet, { toolVersions, engines, skipped }: RunReport): void {
  const said = Object.entries(toolVersions).map(([tool, version]) => [
    sourceName(tool),
    version === '' ? 'not said' : version,
    skipped.includes(tool) ? 'Not run' : 'As the client said',
  ]);
  // An engine of whose report the version is not known says nothing beside what the client said of it.
  const known = engines.filter(({ name, version, data }) => {
    return version !== '' || Object.keys(data).length > 0 || !Object.hasOwn(toolVersions, name);
  });
  const ran = known.map(({ name, version, data }) => [
    sourceName(name),
    version === '' ? 'not said' : version,
    dataOf(data),
  ]);
  if (said.length + ran.length === 0) return nothing(sheet, 'Nobody said which versions ran.');
  table(
    sheet,
    [
      { title: 'Tool', share: 2 },
      { title: 'Version', share: 2 },
      { title: 'Said by, or data used', share: 4 },
    ],
    [...said, ...ran],
  );
}

function dataOf(data: Readonly<Record<string, string>>): string {
  return Object.entries(data)
    .map(([what, mark]) => `${what}: ${mark}`)
    .join('\n');
}

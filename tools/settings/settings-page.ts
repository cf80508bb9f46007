import type { EnvDefinition, SettingRow } from '@assay/config';

const opening = `# Settings

Everything Assay reads from its environment. Nothing needs to be set to try it; a variable set to the empty text counts as
not set, and a wrong value stops the start with one message that names every wrong variable. Made from the code by
\`npm run docs:settings\`.
`;

const head = ['| Variable | What it does | Value | Default | Read by |', '| --- | --- | --- | --- | --- |'];

/** The page of all settings: a row per variable and meaning, by name, each with everyone who reads it. */
export function settingsPage(definitions: readonly EnvDefinition[]): string {
  const rows = new Map<string, { row: SettingRow; readers: Set<string> }>();
  for (const { name, describe } of definitions) {
    for (const row of describe()) {
      const key = JSON.stringify(row);
      const known = rows.get(key) ?? { row, readers: new Set() };
      known.readers.add(name);
      rows.set(key, known);
    }
  }
  const sorted = [...rows.values()].toSorted((a, b) => (a.row.name < b.row.name ? -1 : 1));
  return [opening, ...head, ...sorted.map(({ row, readers }) => line(row, readers))].join('\n');
}

function line(row: SettingRow, readers: ReadonlySet<string>): string {
  const cells = [`\`${row.name}\``, row.description, valueOf(row), defaultOf(row), [...readers].toSorted().join(', ')];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('<', '&lt;')).join(' | ')} |`;
}

function valueOf({ unit, secret }: SettingRow): string {
  return secret ? 'secret' : (unit ?? '');
}

function defaultOf({ defaultText, required }: SettingRow): string {
  if (required) return '**required**';
  return defaultText ? `\`${defaultText}\`` : '';
}

import { linkOf } from '../finding-link.js';
import type { ReportedFinding } from '../run-report.js';
import type { Cell, Said } from './table.js';

/** The id of a finding, which leads to the page about it, and its aliases below. */
export function idCell(finding: Pick<ReportedFinding, 'id' | 'aliases' | 'references'>): Cell {
  const said: Said[] = [{ text: finding.id, link: linkOf(finding), most: 4 }];
  if (finding.aliases.length > 0) said.push({ text: finding.aliases.slice(0, 4).join(', '), quiet: true, most: 3 });
  return said;
}

/** Where a finding is: its component, or the file with the line, else the target. */
export function placeCell({ component, location, target }: ReportedFinding): Cell {
  const said: Said[] = [];
  if (component !== null) said.push({ text: `${component.name} ${component.version}`.trim(), strong: true });
  if (location !== null)
    said.push({ text: location.line === null ? location.file : `${location.file}:${location.line}` });
  else if (target !== '' && said.length === 0) said.push({ text: target });
  else if (target !== '') said.push({ text: target, quiet: true, most: 2 });
  return said;
}

/** What it is: the title and, where there is one, the description. */
export function whatCell({ title, description }: ReportedFinding, most = 5): Cell {
  const said: Said[] = [{ text: title, most: 4 }];
  if (description !== null && description !== title) said.push({ text: description, quiet: true, most });
  return said;
}

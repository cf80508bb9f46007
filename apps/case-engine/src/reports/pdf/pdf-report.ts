import type { RunReport } from '../run-report.js';
import { momentOf, titleOf } from '../report-title.js';
import { cover } from './cover.js';
import type { FontBook } from './font-book.js';
import { contents } from './contents.js';
import { codeSections } from './code-sections.js';
import { excludedSection } from './excluded-section.js';
import { kevSection } from './kev-section.js';
import { newFindingsSections } from './new-findings-sections.js';
import { overviewSections } from './overview-sections.js';
import { packagesSection } from './packages-section.js';
import { Sheet } from './sheet.js';
import { sourcesSection } from './sources-section.js';

/**
 * The report of a run as a PDF, section by section in the order that PatchHound's readers know (`wire/patchhound.md` §2.5). Of
 * comments on exceptions only the public ones are in it. The same report is the same bytes.
 *
 * @param reportedAt the report date
 */
export async function pdfReport(report: RunReport, reportedAt: Date, book: FontBook): Promise<Buffer> {
  const title = titleOf(report);
  const sheet = new Sheet(
    { title: `Security report: ${title}`, subject: `Run ${report.run.id}`, date: reportedAt },
    book,
  );
  sheet.newPage();
  cover(sheet, report, reportedAt);
  sheet.newPage();
  const contentsAt = sheet.pageIndex;
  sheet.newPage();
  for (const section of [
    overviewSections,
    excludedSection,
    kevSection,
    newFindingsSections,
    sourcesSection,
    codeSections,
    packagesSection,
  ]) {
    section(sheet, report);
  }
  sheet.turnTo(contentsAt);
  contents(sheet);
  return sheet.end(`Security report · ${title} · ${momentOf(reportedAt.toISOString())}`);
}

import type { RunReport } from '../run-report.js';
import { limits } from '../../limits.js';
import { nothing, omission } from './nothing.js';
import type { Sheet } from './sheet.js';
import { table } from './table.js';

/** Everything that the SBOM lists. */
export function packagesSection(sheet: Sheet, { packages, packagesOmitted, unavailable }: RunReport): void {
  sheet.heading('Packages', 'packages');
  if (unavailable.length > 0)
    nothing(
      sheet,
      `Packages of these SBOMs are not listed, they are no JSON or not kept any more: ${unavailable.join(', ')}`,
    );
  else if (packages.length === 0) nothing(sheet, 'The run has no SBOM, or it lists no packages.');
  if (packages.length === 0) return;
  table(
    sheet,
    [
      { title: 'Name', share: 3 },
      { title: 'Version', share: 2 },
      { title: 'Type', share: 1.4 },
      { title: 'Package URL or CPE', share: 5 },
      { title: 'Found in', share: 3 },
    ],
    packages
      .slice(0, limits.pdfPackageRows)
      .map((each) => [
        [{ text: each.name, most: 4 }],
        [{ text: each.version, most: 4 }],
        each.packageType ?? each.type,
        [{ text: each.purl ?? each.cpe ?? '', most: 4 }],
        [{ text: each.locations.slice(0, 3).join('\n'), quiet: true, most: 4 }],
      ]),
  );
  omission(sheet, packages.length - limits.pdfPackageRows + packagesOmitted);
}

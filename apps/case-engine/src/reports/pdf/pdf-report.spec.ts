import { describe, expect, it } from 'vitest';
import { aFinding } from '../../../test/builders.js';
import { reportedAt, thePdfReport, thePdfRun } from '../../../test/pdf-run.js';
import { readPdf, type SeenPdf } from '../../../test/read-pdf.js';
import { toNewFinding } from '../rescan.js';
import type { RunReport } from '../run-report.js';
import { FontBook } from './font-book.js';
import { pdfReport } from './pdf-report.js';

const book = new FontBook();
const pdfOf = async (report: RunReport = thePdfReport()): Promise<SeenPdf> =>
  readPdf(await pdfReport(report, reportedAt, book));

/** PatchHound's sections in their order (`wire/patchhound.md` §2.5); title and dates stand on the cover. */
const sections = [
  'Counters',
  'Tool versions',
  'Semgrep rule sets',
  'Excluded items',
  'Known exploited vulnerabilities (KEV)',
  'New findings since rescan',
  'New KEV findings since rescan',
  'Findings by source',
  'Misconfigurations',
  'Exposed secrets',
  'Packages',
];

describe('the PDF of a run', () => {
  it('has PatchHound’s sections in order, each in the contents and the outline with a link that leads there', async () => {
    const { outline, pages, jumps } = await pdfOf();
    expect(outline).toEqual(sections);
    const contents = pages[1]!;
    expect(sections.map((title) => contents.indexOf(title))).not.toContain(-1);
    expect(jumps.length).toBeGreaterThanOrEqual(sections.length);
    const after = pages.slice(2).join('\n');
    // The counters name some of them too, before they come.
    const places = sections.map((title) => after.lastIndexOf(title));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    for (const { from, to } of jumps.filter((jump) => jump.from === 2)) expect([from, to >= 3]).toEqual([2, true]);
  });

  it('says on its cover what was looked at, the verdict, why, the counts and the dates', async () => {
    const cover = (await pdfOf()).pages[0]!;
    for (const said of [
      'acme/shop-api',
      'BLOCKED',
      '1 critical finding is new in this change',
      '2026-01-05 10:15 UTC',
      '2026-01-06 08:00 UTC',
      'Not rescanned yet',
    ]) {
      expect(cover).toContain(said);
    }
  });

  it('numbers its pages, says its language and what it is', async () => {
    const { pages, title, language } = await pdfOf();
    pages.forEach((page, index) => expect(page).toContain(`${index + 1} / ${pages.length}`));
    expect([title, language]).toEqual(['Security report: acme/shop-api', 'en']);
  });

  it('links to pages about findings, and to nothing but the web', async () => {
    const run = thePdfRun();
    const nasty = { references: ['javascript:alert(1)', 'file:///etc/passwd'], component: null };
    const findings = [...run.findings, aFinding('X-1', nasty)];
    const { addresses } = await pdfOf(thePdfReport({ findings }));
    expect(addresses).toContain('https://nvd.nist.gov/vuln/detail/CVE-2020-15999');
    expect(addresses.filter((address) => !address.startsWith('https://'))).toEqual([]);
  });

  it('has public comments in every script and no private ones', async () => {
    const { text } = await pdfOf(thePdfReport({}, true));
    for (const words of [
      '测试用的假令牌',
      'テスト用',
      '시험용',
      'Kerberos',
      'Не используется',
      'χρησιμοποιείται',
      'ทีมความปลอดภัย',
    ]) {
      expect(text.replaceAll(/\s/g, '')).toContain(words.replaceAll(/\s/g, ''));
    }
    expect(text).not.toMatch(/PRIVATE|SEC-7|Dana|budget/);
  });

  it('says that a scanner was not run, and that another found nothing', async () => {
    const { text } = await pdfOf();
    expect(text).toContain('Not run: the client skipped this scan.');
    expect(text).toContain('Found nothing that counts.');
  });

  it('is the same bytes for the same report and date', async () => {
    const [one, other] = await Promise.all([0, 1].map(() => pdfReport(thePdfReport(), reportedAt, book)));
    expect(one!.equals(other!)).toBe(true);
  });

  it('breaks long tables over pages with the head on each, wraps what has no blanks, and says what it left out', async () => {
    const long = aFinding('CVE-2020-1', { title: 'x'.repeat(5_000), description: 'word '.repeat(2_000) });
    const many = Array.from({ length: 2_100 }, (_, index) =>
      aFinding(`CVE-2021-${index}`, { title: `Number ${index}` }),
    );
    const { pages, text } = await pdfOf(thePdfReport({ findings: [long, ...many] }));
    const tables = pages.filter((page) => page.includes('Number '));
    expect(tables.length).toBeGreaterThan(20);
    for (const page of tables) expect(page).toContain('Fixed in');
    expect(text).toContain('101 more are left out here');
  }, 60_000);
});

describe('weaknesses of PatchHound that this PDF does not have', () => {
  it('PDF generation crashes with an excluded secret, with string entries in the new KEV list, or when a scanner has no rows', async () => {
    const entries = ['CVE-2024-3094', { ...aFinding('CVE-2021-44228'), kev: null }];
    const found = entries.map((entry) => toNewFinding(entry, reportedAt)).filter((entry) => entry !== null);
    const report = thePdfReport({ rescan: { at: reportedAt, newFindings: found, newKevFindings: found } });
    expect(report.findings.filter(({ kind, state }) => kind === 'secret' && state === 'excluded')).toHaveLength(2);
    const { text } = await pdfOf(report);
    for (const said of ['github-pat', 'CVE-2024-3094', 'CVE-2021-44228', 'Not run']) expect(text).toContain(said);
    const empty = thePdfReport({
      findings: [],
      exceptions: [],
      heads: thePdfRun().heads.map((head) => ({ ...head, engines: [] })),
    });
    expect((await pdfOf(empty)).text).toContain('Nothing is excluded.');
  });

  it('Findings merged by id only: the second affected package of a CVE disappears', async () => {
    const component = (name: string) => ({ purl: `pkg:npm/${name}@1.0.0`, name, version: '1.0.0', fixedVersion: null });
    const findings = ['left', 'right'].map((name) =>
      aFinding('CVE-2020-7598', { key: name, component: component(name) }),
    );
    const report = thePdfReport({ findings });
    expect(report.counts.total.vulnerability).toBe(2);
    const { text } = await pdfOf(report);
    expect([text.includes('left 1.0.0'), text.includes('right 1.0.0')]).toEqual([true, true]);
  });
});

import { buffer } from 'node:stream/consumers';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { aFinding } from '../../../test/builders.js';
import { reportedAt, thePdfReport } from '../../../test/pdf-run.js';
import { csvReport } from './csv-report.js';
import { xlsxReport } from './xlsx-report.js';

const nasty = ['=HYPERLINK("http://x.example")', '+1+1', '-2+3', '@SUM(A1)', '\tx'];

describe('the CSV of a run', () => {
  it('has a head and a row for each finding, in UTF-8 with a byte order mark and lines as RFC 4180 ends them', async () => {
    const report = thePdfReport();
    const csv = (await buffer(csvReport(report))).toString('utf8');
    expect(csv.startsWith('\ufeffState,Kind,Severity,Id,')).toBe(true);
    expect(csv.split('\r\n').filter((line) => /^(open|excluded),/.test(line))).toHaveLength(report.findings.length);
    expect(csv).toContain('测试用的假令牌');
    expect(csv).not.toContain('PRIVATE');
  });

  it('takes formulas the power to be one', async () => {
    const findings = nasty.map((title, index) => aFinding(`CVE-1-${index}`, { title, score: -1 }));
    const csv = (await buffer(csvReport(thePdfReport({ findings })))).toString('utf8');
    for (const title of nasty) expect(csv).toContain(`'${title.replaceAll('"', '""')}`);
  });
});

describe('the workbook of a run', () => {
  const sheetsOf = async (report = thePdfReport()): Promise<Record<string, string>> => {
    const files = unzipSync(Uint8Array.from(await xlsxReport(report, reportedAt)));
    return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, strFromU8(bytes)]));
  };

  it('has a summary, what counts, what is excluded and the packages', async () => {
    const files = await sheetsOf();
    const names = [...files['xl/workbook.xml']!.matchAll(/<sheet [^>]*name="([^"]+)"/g)].map(([, name]) => name);
    expect(names).toEqual(['Summary', 'Findings', 'Excluded', 'Packages']);
    expect(files['xl/sharedStrings.xml']).toContain('libbz2');
    expect(files['xl/sharedStrings.xml']).not.toContain('PRIVATE');
  });

  it('has a head that stays and filters, and cells of their types', async () => {
    const { 'xl/worksheets/sheet2.xml': findings, 'xl/worksheets/sheet1.xml': summary } = await sheetsOf();
    expect(findings).toMatch(/<pane [^>]*ySplit="1"[^>]*state="frozen"/);
    expect(findings).toContain('<autoFilter ref="A1:AA9"/>');
    expect(findings).toMatch(/<c r="G\d+"[^>]*><v>[\d.]+<\/v>/);
    expect(findings).toContain('t="b"');
    expect(summary).not.toContain('autoFilter');
  });

  it('makes no formula of a text that looks like one', async () => {
    const findings = nasty.map((title, index) => aFinding(`CVE-1-${index}`, { title }));
    const files = await sheetsOf(thePdfReport({ findings }));
    expect(Object.values(files).join('')).not.toContain('<f>');
  });
});

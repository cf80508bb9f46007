import { expect, it } from 'vitest';
import { bytesOf, documentBytes, scannerRoot } from '../../test/support/fixtures.js';
import { readKevCatalog } from './kev-catalog.js';

it('reads the shipped catalogue', async () => {
  const catalog = await readKevCatalog(bytesOf(`${scannerRoot}seed/kev/known_exploited_vulnerabilities.json.gz`));
  expect(catalog).toMatchObject({ version: '2025.05.22', refused: 0 });
  expect(catalog.entries).toHaveLength(1352);
  expect(catalog.entries.filter(({ mark }) => mark.knownRansomwareCampaignUse === 'Known')).toHaveLength(279);
  expect(catalog.entries.find(({ cveId }) => cveId === 'CVE-2021-44228')).toMatchObject({
    mark: {
      cveID: 'CVE-2021-44228',
      vendorProject: 'Apache',
      product: 'Log4j2',
      dateAdded: '2021-12-10',
      dueDate: '2021-12-24',
    },
  });
  expect(catalog.released).toBe('2025-05-22T17:00:28.7785Z');
});

it('passes over what names no CVE, and keeps the last of two', async () => {
  const vulnerabilities = [
    null,
    {},
    { cveID: 'CVE-1' },
    { cveID: 'CVE-2024-0001', dueDate: '2024-99-99' },
    { cveID: 'CVE-2024-0001', dateAdded: '2024-01-02' },
  ];
  const catalog = await readKevCatalog(documentBytes({ catalogVersion: '1', vulnerabilities }));
  const mark = { cveID: 'CVE-2024-0001', dateAdded: '2024-01-02', dueDate: null, requiredAction: '', notes: '' };
  expect(catalog).toMatchObject({ version: '1', entries: [{ cveId: 'CVE-2024-0001', mark }], refused: 3 });
  expect(catalog.entries).toHaveLength(1);
});

it.each([
  '{}',
  '[]',
  'null',
  '{"catalogVersion":"1","vulnerabilities":[]}',
  '{"catalogVersion":"1","vulnerabilities":{}}',
])('refuses %s, which would clear every mark', async (text) => {
  await expect(readKevCatalog(documentBytes(text))).rejects.toMatchObject({ code: 'scanner.feed-not-recognised' });
});

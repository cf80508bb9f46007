import { describe, expect, it } from 'vitest';
import { readingOf, readingOfDocument } from '../../test/support/reports.js';

describe('a gitleaks report', () => {
  it('gives leaks of version 8 by file, commit and rule', async () => {
    const { findings, summary } = await readingOf('gitleaks', 'gitleaks8_many.json');
    expect(summary.entries).toMatchObject({ high: 4 });
    expect(findings[0]).toMatchObject({
      kind: 'secret',
      ruleId: 'aws-access-token',
      severity: 'high',
      title: 'AWS',
      location: { file: '/conf/aws.tf', line: 2 },
      place: '/conf/aws.tf@74d53286c550630f80847d37f68aa3065554ac813544072ccd1278da71fafe31',
    });
  });

  it('gives leaks of version 7', async () => {
    const { findings } = await readingOf('gitleaks', 'issue4336.json');
    expect(findings).toMatchObject([{ ruleId: 'Twitter Client ID', place: 'README.md', location: { line: 23 } }]);
  });

  it.each([
    ['gitleaks8_many.json', /secretAWSsecret|Lorem ipsum|first\.last@/],
    ['version_7.5.0.json', /AKIAIOSFODNN7EXAMPLE|raw_source_code_extract|feat: added/],
    ['issue4336.json', /twitter\.com|First you/],
  ])('of %s keeps no secret, no line and nobody’s address', async (name, secrets) => {
    expect(JSON.stringify((await readingOf('gitleaks', name)).findings)).not.toMatch(secrets);
  });

  it('may be null or empty', async () => {
    expect((await readingOf('gitleaks', 'no_findings.json')).findings).toEqual([]);
    expect((await readingOfDocument('gitleaks', [])).findings).toEqual([]);
  });

  it.each([
    [{}, /\$: is no report but object/],
    [[7], /\$\[0\]: must be an object, is a number/],
    [[{ a: 1 }], /\$: is no report of gitleaks/],
  ])('%j is refused', async (document, message) => {
    await expect(readingOfDocument('gitleaks', document)).rejects.toThrow(message);
  });
});

import { describe, expect, it } from 'vitest';
import { looksLikeReport } from './documents.js';

describe('a file', () => {
  it.each([
    '{"SchemaVersion":2,"Results":[]}',
    '[{"Target":"a"}]',
    '{"results":[{"check_id":"semgrep.rule"}]}',
    '{"version":"2.1.0","runs":[]}',
    '[{"RuleID":"aws-access-token"}]',
  ])('like %s is a report', (head) => expect(looksLikeReport(head)).toBe(true));
  it.each(['{"bomFormat":"CycloneDX"}', '{"spdxVersion":"SPDX-2.3"}', '{"SPDXID":"SPDXRef-DOCUMENT"}', '\x1f\x8b'])(
    'like %s is an SBOM, or none',
    (head) => expect(looksLikeReport(head)).toBe(false),
  );
});

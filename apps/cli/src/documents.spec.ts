import { describe, expect, it } from 'vitest';
import { looksLikeTrivy } from './documents.js';

describe('a file', () => {
  it.each(['{"SchemaVersion":2,"Results":[]}', '{ "ArtifactName": "x" }', '[{"Target":"a"}]'])(
    'like %s is a report of trivy',
    (head) => expect(looksLikeTrivy(head)).toBe(true),
  );
  it.each(['{"bomFormat":"CycloneDX"}', '{"spdxVersion":"SPDX-2.3"}', '{"name":"SchemaVersion"}'])(
    'like %s is an SBOM, or none',
    (head) => expect(looksLikeTrivy(head)).toBe(false),
  );
});

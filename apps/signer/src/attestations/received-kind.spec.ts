import { describe, expect, it } from 'vitest';
import { receivedKindOf } from './received-kind.js';

describe('a document is attested as', () => {
  it.each([
    ['sbom', 'native', 'sbom', undefined, 'sbom'],
    ['report', 'native', 'report', undefined, 'report'],
    ['report', 'securecase', 'report', undefined, 'report'],
    ['vex', 'native', 'vex', undefined, 'vex'],
    ['bundle', 'patchhound', 'sbom', 'sbom', 'as-cyclonedx'],
    ['bundle', 'native', 'sbom', 'sbom', 'sbom'],
    ['bundle', 'patchhound', 'trivy_report', 'trivy', 'as-cyclonedx'],
    ['bundle', 'patchhound', 'sast_report', 'semgrep', 'report'],
    ['bundle', 'patchhound', 'exclusions', null, 'document'],
    ['bundle', 'native', 'trivy_report', 'trivy', 'report'],
  ] as const)('what its receipt says: %s, %s, %s, %s', (kind, dialect, role, reader, expected) => {
    expect(receivedKindOf({ kind, dialect }, { role, reader })).toBe(expected);
  });
});

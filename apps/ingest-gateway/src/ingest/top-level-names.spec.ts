import { JsonGuard, jsonLimits } from '@assay/documents';
import { expect, it } from 'vitest';
import { sbomMediaType } from './document-format.js';
import { TopLevelNames } from './top-level-names.js';

function namesOf(text: string, chunkBytes: number): TopLevelNames {
  const names = new TopLevelNames();
  const guard = new JsonGuard(jsonLimits, names);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const chunk = bytes.subarray(at, at + chunkBytes);
    names.enterChunk(chunk);
    guard.write(chunk);
    names.leaveChunk();
  }
  guard.end();
  return names;
}

const document = '{"$schema":"x","bomFormat":"CycloneDX","components":[{"spdxVersion":1}],"metadata":{"inner":{}}}';

it.each([1, 2, 3, 7, 1_000])('names at the top are found in chunks of %i bytes, and no deeper ones', (chunkBytes) => {
  const names = namesOf(document, chunkBytes);
  const found = ['$schema', 'bomFormat', 'components', 'metadata', 'spdxVersion', 'inner', 'bom'].filter((name) =>
    names.has(name),
  );
  expect(found).toEqual(['$schema', 'bomFormat', 'components', 'metadata']);
});

it('a document is recognised by what it calls itself', () => {
  const typeOf = (text: string) => sbomMediaType((name) => namesOf(text, 5).has(name));
  expect(typeOf(document)).toBe('application/vnd.cyclonedx+json');
  expect(typeOf('{"spdxVersion":"SPDX-2.3"}')).toBe('application/spdx+json');
  expect(typeOf('["bomFormat"]')).toBeNull();
  expect(typeOf('null')).toBeNull();
});

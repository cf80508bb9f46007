import { isTenantSlug } from '@assay/kernel';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slugsFor } from './organization.js';

describe('the slug of an organization', () => {
  it.each([
    ['acme', 'acme'],
    ['Acme Corp.', 'acme-corp'],
    ['Zürich Ré', 'zu-rich-re'],
    ['../../etc', 'etc'],
  ])('of %s begins with %s', (organization, slug) => {
    expect(slugsFor(organization)[0]).toBe(slug);
  });

  it.each(['日本', 'platform', '---', "'; drop table"])(
    'of %s is never one that means something else',
    (organization) => {
      expect(slugsFor(organization)).not.toContain('platform');
    },
  );

  it('is well-formed and its own, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (organization) => {
        const slugs = slugsFor(organization);
        expect(slugs.every(isTenantSlug)).toBe(true);
        expect(slugs.at(-1)).not.toBe(slugsFor(organization).at(-1));
      }),
    );
  });
});

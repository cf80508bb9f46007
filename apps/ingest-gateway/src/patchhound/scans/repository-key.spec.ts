import { describe, expect, it } from 'vitest';
import { fileStemOf, meantBy, readRepository } from './repository-key.js';

describe('a repository', () => {
  it.each([
    ['acme/shop-api', 'acme_shop-api', 'acme', 'shop-api'],
    ['gitlab/sub/group/api', 'gitlab_sub_group_api', 'gitlab/sub/group', 'api'],
    ['shop', 'shop', '', 'shop'],
    ['../../etc/passwd', '.._.._etc_passwd', '../../etc', 'passwd'],
    ['acme/', 'acme_', '', 'acme/'],
  ])('named %s has the key %s', (name, key, org, repo) => {
    expect(readRepository(name)).toMatchObject({ key, org, repo });
  });

  it.each(['a\u0000b', 'a\nb', `a/${'b'.repeat(401)}`])('is not named %j', (name) => {
    expect(() => readRepository(name)).toThrow('current_repo must be text');
  });

  it('is the same by its key, and stays what it was first known as', () => {
    const known = { org: 'acme', repo: 'shop_api' };
    expect(meantBy(readRepository('acme_shop_api'), known)).toEqual(known);
    expect(meantBy(readRepository('acme/shop/api'), known)).toEqual({ org: 'acme/shop', repo: 'api' });
    expect(meantBy(readRepository('acme_shop_api'), null)).toEqual({ org: '', repo: 'acme_shop_api' });
    const byKey = { org: '', repo: 'acme_shop' };
    expect(meantBy(readRepository('acme/shop'), byKey)).toEqual(byKey);
  });

  it.each([
    ['acme_shop-api', 'acme_shop-api'],
    ['.._.._etc_passwd', '___.._etc_passwd'],
    ['a],"b', 'a___b'],
    ['größe', 'gr__e'],
  ])('of the key %s has files that begin with %s', (key, stem) => {
    expect(fileStemOf(key)).toBe(stem);
  });
});

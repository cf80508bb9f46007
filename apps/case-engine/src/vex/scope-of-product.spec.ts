import { describe, expect, it } from 'vitest';
import { parsePurl, withVersion } from './purl.js';
import { scopeOfProduct, type VexPlace } from './scope-of-product.js';
import { compareVersions } from './vex-document.js';

const nowhere: VexPlace = { provider: null, org: null, repo: null, image: null };
const none = { ...nowhere, purl: null };
const inWeb: VexPlace = { ...nowhere, org: 'acme', repo: 'web' };
const of = (product: string, component: string | null = null, status: 'not_affected' | 'fixed' = 'not_affected') => ({
  product,
  component,
  status,
});
const digest = `sha256:${'a'.repeat(64)}`;

describe('a product of a VEX statement', () => {
  it('stands for its image, by name or for one build of it', () => {
    expect(scopeOfProduct(of('pkg:oci/web?repository_url=ghcr.io/acme/web'), nowhere)).toEqual({
      ...none,
      kind: 'image',
      image: 'ghcr.io/acme/web',
    });
    const build = of(`pkg:oci/debian@${encodeURIComponent(digest)}?repository_url=index.docker.io/library`);
    expect(scopeOfProduct(build, nowhere)).toEqual({ ...none, kind: 'image', image: 'debian', imageVersion: digest });
    expect(scopeOfProduct(of('pkg:docker/acme/web@1.2', 'pkg:npm/lodash@4'), nowhere)).toEqual({
      ...none,
      kind: 'component',
      image: 'acme/web',
      imageVersion: '1.2',
      purl: 'pkg:npm/lodash@4',
    });
  });

  it('stands for its repository, or for itself wherever it is found', () => {
    const repository = { ...none, kind: 'repository', provider: 'github', org: 'acme', repo: 'web' };
    expect(scopeOfProduct(of('pkg:github/acme/web'), nowhere)).toEqual(repository);
    expect(scopeOfProduct(of('pkg:github/acme/web@v1'), nowhere)).toContain('one version of a repository');
    expect(scopeOfProduct(of('pkg:npm/lodash@4'), nowhere)).toEqual({
      ...none,
      kind: 'component',
      purl: 'pkg:npm/lodash@4',
    });
  });

  it('of another kind excepts its parts only where the sender says which repository or image it is', () => {
    const part = of('pkg:maven/com.acme/app@1', 'pkg:maven/log4j/log4j@2');
    expect(scopeOfProduct(part, nowhere)).toContain('neither an image nor a repository');
    expect(scopeOfProduct(part, inWeb)).toEqual({
      ...none,
      ...inWeb,
      kind: 'component',
      purl: 'pkg:maven/log4j/log4j@2',
    });
  });

  it('is fixed in a version or not at all', () => {
    expect(scopeOfProduct(of('pkg:npm/lodash', null, 'fixed'), nowhere)).toContain('names no version');
    expect(scopeOfProduct(of('pkg:npm/lodash@4', null, 'fixed'), nowhere)).toMatchObject({ purl: 'pkg:npm/lodash@4' });
    expect(scopeOfProduct(of('no purl'), nowhere)).toBe('no purl is no package URL');
  });
});

describe('a package URL', () => {
  it('is taken apart whether it is encoded or not', () => {
    expect(parsePurl('pkg:npm/%40angular/core@1.0%2B1?a=b%2Fc#sub')).toMatchObject({
      type: 'npm',
      namespace: '@angular',
      name: 'core',
      version: '1.0+1',
      text: 'pkg:npm/%40angular/core@1.0%2B1?a=b%2Fc',
    });
    expect(parsePurl('pkg:npm/@angular/core')).toMatchObject({ namespace: '@angular', name: 'core', version: null });
    expect(parsePurl('pkg:npm/%E0%A4%A')).toMatchObject({ name: '%E0%A4%A' });
    for (const none of ['', 'npm/lodash', 'pkg:npm', 'pkg:npm/']) expect(parsePurl(none)).toBeNull();
    expect(withVersion(parsePurl('pkg:npm/a?b=c')!, '1+2')).toBe('pkg:npm/a@1%2B2?b=c');
  });
});

describe('versions of a VEX document', () => {
  const at = (version: string, day = 1) => ({ version, issuedAt: new Date(`2026-01-0${day}T00:00:00Z`) });

  it('are ordered by their numbers, then by when they were issued', () => {
    expect(compareVersions(at('2'), at('10'))).toBeLessThan(0);
    expect(compareVersions(at('1.10.0'), at('1.9.3'))).toBeGreaterThan(0);
    expect(compareVersions(at('1'), at('1', 2))).toBeLessThan(0);
    expect(compareVersions(at('1.0.0-rc.1'), at('1'))).toBe(0);
  });
});

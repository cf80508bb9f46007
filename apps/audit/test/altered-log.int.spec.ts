import { tamperingDetectedV1, tenantCreatedV1 } from '@assay/contracts';
import { newId } from '@assay/kernel';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeEntry } from '../src/log/entry.js';
import { hashLeaf } from '../src/log/merkle.js';
import { aTenant, AuditInstallation } from './audit-installation.js';

let installation: AuditInstallation;
beforeAll(async () => {
  installation = await AuditInstallation.start();
});
afterAll(() => installation?.stop());

const verify = (tenant: string, body: object = {}) => installation.verify(tenant, body);

describe('an alteration by the administrator of the database', () => {
  /** A log of its own for each, with several signed heads. */
  async function aLog(tenant: string): Promise<{ index: number; id: string }[]> {
    for (let head = 0; head < 3; head += 1) await installation.record(tenant, 10);
    return (await installation.json<{ items: { index: number; id: string }[] }>(tenant, 'entries?limit=100')).items;
  }
  const alter = (sql: string, ...parameters: unknown[]) => installation.administrator.query(sql, parameters);

  it.each([
    ['a byte of a payload', 'payload', `payload = set_byte(payload, 20, get_byte(payload, 20) # 1)`],
    ['the salt of a payload', 'payload', `salt = null`],
    ['a payload that vanished', 'erasure', `payload = null, salt = null`],
    ['the actor of an entry', 'leaf', `leaf_actor = 'key:somebody-else'`],
    ['the time of an entry', 'leaf', `time = time + interval '1 millisecond'`],
    ['a byte of a leaf hash', 'leaf', `leaf_hash = set_byte(leaf_hash, 3, get_byte(leaf_hash, 3) # 1)`],
  ])('of %s is found and named', async (what, differs, change) => {
    const tenant = what.replaceAll(' ', '-');
    const entries = await aLog(tenant);
    await alter(`update entries set ${change} where tenant = $1 and index = 17`, tenant);
    const outcome = await verify(tenant);
    expect(outcome).toMatchObject({ intact: false, index: 17, lastIndex: 17, differs });
    expect(outcome.message).toMatch(/entry 17/i);
    expect(outcome.message).toContain(entries.find(({ index }) => index === 17)!.id);
    const told = await eventually('the event', () =>
      installation.bus.ofType(tamperingDetectedV1.type).find((event) => event.tenant === tenant),
    );
    expect(told.data).toMatchObject({ log: tenant, index: 17 });
  });

  it('of an entry together with its leaf hash is found between two signed heads', async () => {
    await aLog('rewritten');
    const { rows } = await alter(`select * from entries where tenant = 'rewritten' and index = 13`);
    const row = rows[0] as Record<string, unknown> & { time: Date };
    const leaf = encodeEntry({
      v: 1,
      id: String(row['event_id']),
      type: String(row['type']),
      time: row.time.toISOString(),
      tenant: 'rewritten',
      subject: row['leaf_subject'] as string | null,
      actor: 'key:forged',
      payloadDigest: row['payload_digest'] as `sha256:${string}`,
    });
    await alter(
      `update entries set leaf_actor = 'key:forged', leaf_hash = $1 where tenant = 'rewritten' and index = 13`,
      hashLeaf(leaf),
    );
    expect(await verify('rewritten')).toMatchObject({ intact: false, differs: 'root', index: 10, lastIndex: 19 });
  });

  it('that removes an entry, or the last ones, is found', async () => {
    await aLog('removed');
    await alter(`delete from entries where tenant = 'removed' and index = 5`);
    expect(await verify('removed')).toMatchObject({ intact: false, index: 5, differs: 'missing' });
    await aLog('cut');
    await alter(`delete from entries where tenant = 'cut' and index >= 25`);
    await alter(`update logs set size = 25 where tenant = 'cut'`);
    expect(await verify('cut')).toMatchObject({ intact: false, differs: 'missing', index: 25 });
  });

  it('of a signed head is found', async () => {
    await aLog('forged');
    await alter(
      `update checkpoints set note = replace(note, E'\n10\n', E'\n11\n') where tenant = 'forged' and size = 10`,
    );
    expect(await verify('forged')).toMatchObject({ intact: false, differs: 'checkpoint' });
  });

  it('shows in the part of the log that is about one receipt', async () => {
    const receipt = newId();
    await installation.gateway.run(
      { tenant: 'run', correlationId: receipt },
      async (tx) => void tx.publish(tenantCreatedV1, aTenant('run')),
    );
    await installation.record('run', 10);
    expect(await verify('run', { receipt })).toMatchObject({ intact: true, size: 1 });
    await alter(`update entries set payload = '{}' where tenant = 'run' and receipt_id = $1`, receipt);
    expect(await verify('run', { receipt })).toMatchObject({ intact: false, index: 0, differs: 'payload' });
  });
});

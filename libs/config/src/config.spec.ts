import { AssayError } from '@assay/kernel';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { blockListOf, bytes, defineEnv, durationSeconds, type EnvOf, flag, networks, port, secret } from './index.js';

const exampleEnv = defineEnv({
  name: 'example',
  shape: {
    PORT: port.default(8080).describe('where to listen'),
    DRAIN: durationSeconds.default(30).describe('how long a shutdown may take'),
    MAX_BODY: bytes.prefault('512MiB').describe('largest accepted document'),
    NETWORKS: networks.prefault('').describe('what outbound calls may reach'),
    TRUST: flag.default(false).describe('believe X-Forwarded-For'),
    LEVEL: z.enum(['info', 'debug']).default('info').describe('least severe log line'),
    DATABASE_URL: secret().describe('where Postgres is'),
    ADMIN_KEY: secret(16).optional().describe('the first admin key'),
    NATS_URL: z.url().optional().describe('where NATS is'),
  },
});

const parse = (env: Record<string, string>): EnvOf<typeof exampleEnv> =>
  exampleEnv.parse({ DATABASE_URL: 'postgres://x', ...env });

function failureOf(env: Record<string, string>): AssayError {
  try {
    exampleEnv.parse(env);
  } catch (error) {
    if (error instanceof AssayError) return error;
    throw error;
  }
  throw new Error('parsed, but should not have');
}

describe('an environment', () => {
  it('gives defaults for what is not set or set to nothing', () => {
    const defaults = {
      PORT: 8080,
      DRAIN: 30,
      MAX_BODY: 512 * 1_024 * 1_024,
      NETWORKS: [],
      TRUST: false,
      LEVEL: 'info',
      DATABASE_URL: 'postgres://x',
    };
    expect(parse({})).toEqual(defaults);
    expect(parse({ PORT: '', TRUST: '' })).toEqual(defaults);
  });

  it('reads the text "false" as false', () => {
    expect(parse({ TRUST: 'false' }).TRUST).toBe(false);
    expect(parse({ TRUST: 'on' }).TRUST).toBe(true);
  });

  it('names every wrong variable in one error and repeats no value', () => {
    const error = failureOf({ PORT: '80a', TRUST: 'maybe', LEVEL: 'loud', ADMIN_KEY: 'hunter2', NATS_URL: 'nowhere' });
    expect(error).toMatchObject({ kind: 'invalid', code: 'config.invalid-environment' });
    expect(error.fields).toEqual([
      { field: 'PORT', message: 'must be a whole number from 0 to 65535 (where to listen)' },
      {
        field: 'TRUST',
        message: 'must be true or false (also 1 or 0, yes or no, on or off) (believe X-Forwarded-For)',
      },
      { field: 'LEVEL', message: 'must be one of info, debug (least severe log line)' },
      { field: 'DATABASE_URL', message: 'is required and not set (where Postgres is)' },
      { field: 'ADMIN_KEY', message: 'must have 16 characters or more (the first admin key)' },
      { field: 'NATS_URL', message: 'must be a valid url (where NATS is)' },
    ]);
    for (const value of ['80a', 'maybe', 'loud', 'hunter2', 'nowhere']) expect(error.message).not.toContain(value);
  });
});

describe('a value', () => {
  it.each([
    ['0', 0],
    ['90', 90],
    ['90s', 90],
    ['15m', 900],
    ['2h', 7_200],
    ['1d', 86_400],
  ])('%s is %i seconds', (text, seconds) => expect(durationSeconds.parse(text)).toBe(seconds));

  it.each([
    ['17', 17],
    ['64KiB', 65_536],
    ['1MB', 1_000_000],
    ['2 GiB', 2_147_483_648],
  ])('%s is %i bytes', (text, size) => expect(bytes.parse(text)).toBe(size));

  it.each(['-1', '65536', '1e3', ' 80', '0x50'])('%s is no port', (text) =>
    expect(port.safeParse(text).success).toBe(false),
  );

  it.each(['10.0.0.0/33', '10.0.0.0/8/8', 'localhost', '::1/129', '10.0.0.0/'])('%s is no network', (text) =>
    expect(networks.safeParse(text).success).toBe(false),
  );

  it('of networks matches what lies inside', () => {
    const list = blockListOf(networks.parse('127.0.0.0/8, ::1, fd00::/8'));
    expect(list.check('127.9.9.9')).toBe(true);
    expect(list.check('128.0.0.1')).toBe(false);
    expect(list.check('::1', 'ipv6')).toBe(true);
    expect(list.check('fd12::1', 'ipv6')).toBe(true);
    expect(list.check('fe80::1', 'ipv6')).toBe(false);
  });
});

describe('the description of an environment', () => {
  const rows = new Map(exampleEnv.describe().map((row) => [row.name, row]));

  it('says description, unit and default', () => {
    expect(rows.get('MAX_BODY')).toEqual({
      name: 'MAX_BODY',
      description: 'largest accepted document',
      unit: 'bytes',
      defaultText: '512MiB',
      required: false,
      secret: false,
    });
    expect(rows.get('LEVEL')).toMatchObject({ unit: 'info, debug', defaultText: 'info' });
    expect(rows.get('NETWORKS')).toMatchObject({ defaultText: '', required: false });
  });

  it('says what is required and what is secret', () => {
    expect(rows.get('DATABASE_URL')).toMatchObject({ required: true, secret: true, defaultText: undefined });
    expect(rows.get('ADMIN_KEY')).toMatchObject({ required: false, secret: true });
  });
});

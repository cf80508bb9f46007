import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api, bodyOf } from './support/api.js';
import { forge, pathTokenKeyOf, readToken } from './support/forged-tokens.js';
import {
  boundary,
  burdenOf,
  fieldsOf,
  filesBelow,
  type FormPart,
  formOf,
  formType,
  leaks,
  streamUntilAnswered,
} from './support/hostile-forms.js';
import { PlatformProcess } from './support/platform-process.js';
import { waitUntil } from './support/wait-until.js';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const mebibyte = 1024 * 1024;
const sbom = '{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[]}';
const flags = { latest_resource: 'false', repo_resources: 'false' };
const image = `registry.example/app@sha256:${'1'.repeat(64)}`;

const nowhere = ['../../etc', '..', '/etc/passwd', '//', 'a//b', 'C:\\x', '%2e%2e%2f', '__proto__', 'constructor/x'];
const odd = [
  '"; drop table runs;--',
  '<script>alert(1)</script>/x',
  '=cmd|x/=1+1',
  'a::b::c',
  'a],"b',
  '\u202egpj.exe',
];
const impossible = ['a\u0000b', 'a\r\nX-Evil: y', 'a\u0085b', 'n'.repeat(402), 'n'.repeat(201), `${'n'.repeat(201)}/x`];

/** `issues show 4`, "How it is judged", 6: refused in the dialect's own words, nothing half stored, memory flat. */
describe('hostile callers of PatchHound', () => {
  const platform = new PlatformProcess('all-in-one', {
    env: { FEEDS_SEED: 'false', LOG_LEVEL: 'debug', INGEST_MAX_DOCUMENT_BYTES: '64MiB' },
  });
  let api: Api;
  let acme = '';
  let globex = '';
  let path = '';

  const sent = async (method: string, address: string, init: RequestInit = {}): Promise<Answer> => {
    const response = await fetch(`${platform.url}${address}`, { method, ...init });
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      text: await response.text(),
    };
  };
  const posted = (route: string, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Answer> =>
    sent('POST', `/v1/${route}`, {
      body: body as NonNullable<RequestInit['body']>,
      headers: { 'content-type': formType, ...headers },
    });
  const got = (route: string, query: Record<string, string>): Promise<Answer> =>
    sent('GET', `/v1/${route}?${new URLSearchParams(query).toString()}`);
  const tokenFor = async (organization: string, days = '30'): Promise<string> => {
    const fields = { api_key: platform.adminKey, organization, expiration_days: days };
    return /Key: (\S+)/.exec((await posted('create-token-key', formOf(fieldsOf(fields)))).text)?.[1] ?? '';
  };
  const scanOf = (change: Readonly<Record<string, Partial<FormPart> | null>> = {}): FormPart[] => {
    const parts: FormPart[] = [
      { name: 'sbom', value: sbom, fileName: 'sbom.cyclonedx.json' },
      { name: 'sast_report', value: '{"SAST_SCAN":false,"results":[]}', fileName: 'sast_report.json' },
      { name: 'trivy_report', value: '{"TRIVY_SCAN":false,"Results":[]}', fileName: 'trivy_report.json' },
      ...fieldsOf({ token: acme, current_repo: 'acme/shop-api', commit_sha: '5f1d0c2', commit_author: ' <>' }),
    ];
    return parts.flatMap((part) => {
      const other = change[part.name ?? ''];
      return other === null ? [] : [{ ...part, ...other }];
    });
  };
  const port = (): number => Number(new URL(platform.url).port);
  const pid = (): number => platform.pids().get('platform')!;

  /** All that a refused request must not have added to. */
  const stored = async (): Promise<unknown> => {
    const receipts = await acmeApi.get<{ items: unknown[] }>('/api/v1/receipts?limit=500');
    const vault = await acmeApi.get<{ items: unknown[] }>('/api/v1/vault/images?limit=500');
    const images = await acmeApi.get<{ items: unknown[] }>('/api/v1/sign/images?limit=500');
    return {
      receipts: bodyOf(receipts, 200).items.length,
      vault: bodyOf(vault, 200).items.length,
      images: bodyOf(images, 200).items.length,
      artifacts: filesBelow(join(platform.dataDir, 'artifacts', 'acme')),
      drafts: filesBelow(join(platform.dataDir, 'artifacts', '.drafts')),
      spooled: burdenOf(pid()).spooled,
    };
  };
  let acmeApi: Api;

  /** The same, once everything that was accepted before has come to its end. */
  const settled = (): Promise<unknown> =>
    waitUntil('that nothing is under way', async () => {
      const before = await stored();
      await sleep(300);
      return isDeepStrictEqual(await stored(), before) && before;
    });

  const refusedInWords = (what: unknown, { status, type, text }: Answer, statuses: readonly number[]): void => {
    expect({ what, status, isExpected: statuses.includes(status), text }).toMatchObject({ isExpected: true });
    expect(type).toContain('application/json');
    const body = JSON.parse(text) as Record<string, unknown>;
    expect({ what, keys: Object.keys(body).includes('error') && typeof body['error'] }).toEqual({
      what,
      keys: 'string',
    });
    expect(text).not.toMatch(leaks);
  };

  beforeAll(async () => {
    await platform.start();
    api = new Api(platform, platform.adminKey);
    acme = await tokenFor('acme');
    globex = await tokenFor('globex');
    const key = await api.call<{ key: string }>(
      'POST',
      '/api/v1/api-keys',
      { name: 'a', role: 'admin' },
      { 'x-tenant': 'acme' },
    );
    acmeApi = new Api(platform, bodyOf(key, 201).key);
    const scanned = await posted('scan-sbom', formOf(scanOf()));
    path = (JSON.parse(scanned.text) as { path_to_resources_token: string }).path_to_resources_token;
  });
  afterAll(() => platform.remove());

  it('get nowhere with a token that is none, or is over, or is of another kind', async () => {
    const disabled = await tokenFor('acme');
    const off = { api_key: platform.adminKey, token: disabled, instructions: 'disable' };
    expect((await posted('change-key-status', formOf(fieldsOf(off)))).status).toBe(200);
    const expired = await tokenFor('acme', '-2');
    const wrong: [string, string][] = [
      ['', 'Token missing'],
      ['1f0c6d9e-6a55-4a5e-9c1e-2b8f6f0a7d11', 'Token validation: TokenKey Not Found'],
      ['x'.repeat(4_000), 'Token validation: TokenKey Not Found'],
      ["' or 1=1 --", 'Token validation: TokenKey Not Found'],
      ['__proto__', 'Token validation: TokenKey Not Found'],
      [platform.adminKey, 'Token validation: TokenKey Not Found'],
      [disabled, 'Token validation: TokenKey Disabled'],
      [expired, 'Token validation: TokenKey Expired'],
    ];
    const before = await settled();
    for (const [token, words] of wrong) {
      const expected = { status: 401, text: JSON.stringify({ error: words }) };
      for (const route of ['health-check', 'list-resources', 'get-resources', 'generate-pdf', 'exclusion-get']) {
        const query = { token, path_to_resources_token: path, ...flags, current_repo: 'acme/shop-api' };
        expect({ route, ...(await got(route, query)) }).toMatchObject({ route, ...expected });
      }
      for (const route of ['sign-image', 'verify-image', 'sign-base-image', 'verify-base-image', 'exclusion-post']) {
        const fields = { token, current_repo: 'acme/shop-api', image_digest: image, image_name: 'x' };
        expect({ route, ...(await posted(route, formOf(fieldsOf(fields)))) }).toMatchObject({ route, ...expected });
      }
      expect(await posted('scan-sbom', formOf(scanOf({ token: { value: token } })))).toMatchObject(expected);
    }
    expect((await got('health-check', {})).text).toBe('{"error":"Token missing"}');
    expect((await sent('GET', `/v1/health-check?token=${acme}&token=${acme}`)).text).toBe('{"error":"Token missing"}');
    expect(await stored()).toEqual(before);
  });

  it('get nowhere with a path token that was forged, changed, has ended or is of somebody else', async () => {
    const { header, claims } = readToken(path);
    const key = pathTokenKeyOf(platform.dataDir);
    const past = Math.floor(Date.now() / 1_000) - 60;
    const genuine = forge(header, claims, key);
    expect((await got('list-resources', { token: acme, path_to_resources_token: genuine, ...flags })).status).toBe(200);
    const { exp: _exp, ...endless } = claims;
    const [head, body, signature] = path.split('.') as [string, string, string];
    const forged = {
      'of another organization': forge(header, { ...claims, organization: 'globex' }, key),
      'without a signature': forge({ ...header, alg: 'none' }, claims, null),
      'that says none and is signed': forge({ ...header, alg: 'none' }, claims, key),
      'in capitals': forge({ ...header, alg: 'None' }, claims, null),
      'under another algorithm': forge({ ...header, alg: 'HS512' }, claims, key),
      'under another key': forge(header, claims, Buffer.alloc(32)),
      'under the master key': forge(
        header,
        claims,
        Buffer.from(readFileSync(join(platform.dataDir, 'secrets', 'master-key'))),
      ),
      'with a key of its own': forge({ ...header, jwk: { kty: 'oct', k: 'AAAA' } }, claims, Buffer.alloc(3)),
      'of another type': forge({ ...header, typ: 'JWT' }, claims, key),
      'with what must be understood': forge({ ...header, crit: ['b64'], b64: false }, claims, key),
      'that has ended': forge(header, { ...claims, exp: past }, key),
      'without an end': forge(header, endless, key),
      'that begins later': forge(header, { ...claims, nbf: past + 3_600 }, key),
      'with claims of other types': forge(header, { ...claims, timestamp: { a: 1 } }, key),
      'with claims of another and its signature': `${head}.${Buffer.from(JSON.stringify({ ...claims, timestamp: '20200101_000000' })).toString('base64url')}.${signature}`,
      cut: `${head}.${body}`,
      doubled: `${path}.${signature}`,
      'of nothing': '..',
      'of megabytes': 'e'.repeat(8_000),
      'that is a path': '../../../etc/passwd',
      'that is NUL': 'a\u0000b',
    };
    for (const [what, token] of Object.entries(forged)) {
      for (const route of ['list-resources', 'get-resources', 'generate-pdf']) {
        const answer = await got(route, { token: acme, path_to_resources_token: token, ...flags });
        refusedInWords(`${route} ${what}`, answer, token.includes('\u0000') ? [400, 404] : [404]);
      }
      const fields = { token: acme, image_digest: image, path_to_resources_token: token };
      refusedInWords(`verify-image ${what}`, await posted('verify-image', formOf(fieldsOf(fields))), [404]);
    }
    for (const route of ['list-resources', 'get-resources', 'generate-pdf']) {
      const answer = await got(route, { token: globex, path_to_resources_token: path, ...flags });
      expect(answer).toMatchObject({ status: 404, text: '{"error":"invalid jwt token"}' });
    }
    const timestamps = ['../../globex', '20200101_000000', '', '%00'];
    for (const timestamp of timestamps) {
      const token = forge(header, { ...claims, timestamp }, key);
      refusedInWords(
        timestamp,
        await got('list-resources', { token: acme, path_to_resources_token: token, ...flags }),
        [404],
      );
    }
  });

  it('name files, repositories and images as they like, and reach nothing but what they named', async () => {
    for (const file_name of [
      ...nowhere,
      ...odd,
      'acme_shop-api.key',
      '.lock',
      'acme_shop-api_summary_report.json/..',
    ]) {
      const answer = await got('get-resources', { token: acme, path_to_resources_token: path, ...flags, file_name });
      expect({ file_name, ...answer }).toMatchObject({ file_name, status: 404, text: '{"error":"No such file"}' });
    }
    const before = filesBelow(join(platform.dataDir, 'artifacts'));
    for (const current_repo of [...nowhere, ...odd]) {
      const answer = await posted('scan-sbom', formOf(scanOf({ current_repo: { value: current_repo } })));
      expect({ current_repo, status: answer.status }).toEqual({ current_repo, status: 200 });
      const token = (JSON.parse(answer.text) as { path_to_resources_token: string }).path_to_resources_token;
      const pathToken = { token: acme, path_to_resources_token: token, ...flags };
      const { files } = JSON.parse((await got('list-resources', pathToken)).text) as { files: string[] };
      expect(files.filter((name) => !/^[\w][\w.-]*$/.test(name))).toEqual([]);
      const response = await fetch(
        `${platform.url}/v1/get-resources?${new URLSearchParams({ ...pathToken, file_name: files[0]! }).toString()}`,
      );
      expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${files[0]}"`);
      expect(response.headers.get('x-evil')).toBeNull();
      await response.arrayBuffer();
    }
    // One document each for the reports, whatever they were called; nothing outside of the tenant's folder.
    expect(filesBelow(join(platform.dataDir, 'artifacts'))).toBeGreaterThanOrEqual(before);
  });

  it('are told when a name is none, and nothing of it is kept', async () => {
    const before = await settled();
    for (const name of impossible) {
      refusedInWords(name, await posted('scan-sbom', formOf(scanOf({ current_repo: { value: name } }))), [400]);
      const fields = { token: acme, current_repo: name };
      refusedInWords(name, await posted('sign-image', formOf(fieldsOf({ ...fields, image_digest: image }))), [400]);
      const exclusions = {
        name: 'new_exclusion_file',
        value: '{"exclusions":[]}',
        fileName: name.replaceAll(/[\r\n]/g, ''),
      };
      refusedInWords(name, await posted('exclusion-post', formOf([...fieldsOf(fields), exclusions])), [400]);
      refusedInWords(name, await got('exclusion-get', fields), [400]);
    }
    for (const image_digest of [...nowhere, ...odd, 'a\u0000b', `x@sha256:${'g'.repeat(64)}`, `${image}\n`]) {
      const signing = formOf(fieldsOf({ token: acme, current_repo: 'a/b', image_name: 'x', image_digest }));
      refusedInWords(image_digest, await posted('sign-image', signing), [400]);
      refusedInWords(image_digest, await posted('sign-base-image', signing), [400]);
    }
    for (const organization of ['a\u0000b', 'a\r\nb', 'o'.repeat(201)]) {
      const fields = { api_key: platform.adminKey, organization, expiration_days: '1' };
      refusedInWords(organization, await posted('create-token-key', formOf(fieldsOf(fields))), [400]);
    }
    for (const expiration_days of ['1e9', '0x10', 'NaN', '1.5', '99999999999', '-99999999', '\u0661']) {
      const fields = { api_key: platform.adminKey, organization: 'o', expiration_days };
      refusedInWords(expiration_days, await posted('create-token-key', formOf(fieldsOf(fields))), [400]);
    }
    expect(await stored()).toEqual(before);
  });

  it('send forms that are none, and are told so', async () => {
    const before = await settled();
    const many = Array.from({ length: 10_000 }, (_, at) => ({ name: `f${at}`, value: 'v' }));
    const bodies: [string, Buffer, Record<string, string>?][] = [
      ['no boundary', formOf(scanOf()), { 'content-type': 'multipart/form-data' }],
      ['an empty boundary', formOf(scanOf()), { 'content-type': 'multipart/form-data; boundary=' }],
      ['another boundary', formOf(scanOf()), { 'content-type': 'multipart/form-data; boundary=other' }],
      ['no end', formOf(scanOf(), '')],
      ['nothing', Buffer.from(`--${boundary}--\r\n`)],
      ['an endless head', Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${'a'.repeat(300_000)}`)],
      ['heads without end', Buffer.from(`--${boundary}\r\n${'X: y\r\n'.repeat(20_000)}`)],
      ['ten thousand fields', formOf(many)],
      ['a part without a name', formOf([{ name: null, value: 'v' }, ...fieldsOf({ token: acme })])],
      ['names of prototypes', formOf(fieldsOf({ token: acme, toString: 'x', constructor: 'v', ['__proto__']: 'v' }))],
      ['a field of its file', formOf(scanOf({ sbom: { fileName: '../../x"; y="z.json', value: '' } }))],
      ['a long field', formOf(scanOf({ commit_sha: { value: 'a'.repeat(200_000) } }))],
      ['bytes that are no text', formOf(scanOf({ commit_sha: { value: Buffer.from([0xff, 0x00, 0xfe]) } }))],
      ['a token in a file', formOf([{ name: 'token', value: acme, fileName: 'token.txt' }])],
      ['two tokens, the first wrong', formOf([...fieldsOf({ token: 'wrong' }), ...scanOf()])],
      ['broken gzip', Buffer.from('no gzip'), { 'content-encoding': 'gzip' }],
      [
        'a bomb',
        gzipSync(formOf(scanOf({ sbom: { value: Buffer.alloc(48 * mebibyte, 32) } }))),
        { 'content-encoding': 'gzip' },
      ],
      ['an encoding of its own', formOf(scanOf()), { 'content-encoding': 'br' }],
      ['JSON', Buffer.from(JSON.stringify({ token: acme })), { 'content-type': 'application/json' }],
      ['a type that is none', formOf(scanOf()), { 'content-type': ';;;' }],
    ];
    for (const [what, body, headers = {}] of bodies) {
      for (const route of ['scan-sbom', 'sign-image', 'exclusion-post']) {
        refusedInWords(`${route}: ${what}`, await posted(route, body, headers), [400, 401, 413, 415]);
      }
    }
    expect(await stored()).toEqual(before);
  });

  it('send documents that are none, and are told which', async () => {
    const before = await settled();
    const documents: [string, string | Uint8Array][] = [
      ['nothing', ''],
      ['no JSON', '{"bomFormat":'],
      ['depth', '['.repeat(100_000)],
      ['width', `{${Array.from({ length: 100_001 }, (_, at) => `"k${at}":0`).join()}}`],
      ['a key twice', '{"a":{"b":1,"b":2}}'],
      ['bytes that are no text', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
      ['numbers that are none', '{"a":NaN}'],
    ];
    for (const [what, value] of documents) {
      for (const name of what === 'a key twice' ? ['sbom'] : ['sbom', 'sast_report', 'trivy_report']) {
        const answer = await posted('scan-sbom', formOf(scanOf({ [name]: { value } })));
        refusedInWords(`${name}: ${what}`, answer, what === 'a key twice' ? [400, 500] : [400]);
      }
      const file = { name: 'new_exclusion_file', value, fileName: 'x' };
      const answer = await posted(
        'exclusion-post',
        formOf([...fieldsOf({ token: acme, current_repo: 'new/repo' }), file]),
      );
      refusedInWords(`exclusions: ${what}`, answer, [400, 413]);
    }
    expect((await got('exclusion-get', { token: acme, current_repo: 'new/repo' })).status).toBe(404);
    expect(await stored()).toMatchObject({ spooled: 0, vault: (before as { vault: number }).vault });
  });

  it.each([
    ['a document', 'name="sbom"; filename="x"\r\n\r\n["', 'a'],
    ['a document that is none', 'name="sbom"; filename="x"\r\n\r\nno', 'a'],
    ['a file that nobody asked for', 'name="other"; filename="x"\r\n\r\n', 'a'],
    ['a field', 'name="other"\r\n\r\n', 'a'],
    ['the head of a part', 'name="', 'a'],
  ])('stream a gibibyte of %s without a token, and are stopped early', async (_what, head, fill) => {
    const begin = `--${boundary}\r\nContent-Disposition: form-data; ${head}`;
    const before = burdenOf(pid()).residentMiB;
    const { sentBytes, answer } = await streamUntilAnswered(port(), '/v1/scan-sbom', {
      begin,
      chunk: Buffer.alloc(256 * 1024, fill),
      totalBytes: 1024 * mebibyte,
    });
    expect(sentBytes).toBeLessThan(100 * mebibyte);
    expect(answer).toMatch(/^HTTP\/1\.1 (400|401|413) /);
    expect(answer).toContain('{"error":"');
    const after = burdenOf(pid());
    expect(after.spooled).toBe(0);
    expect(after.residentMiB - before).toBeLessThan(128);
  });

  it('leave a service that is well, and a log in which each line is ours', async () => {
    expect((await api.get('/readyz')).status).toBe(200);
    expect((await posted('scan-sbom', formOf(scanOf()))).status).toBe(200);
    const lines = readFileSync(join(platform.dataDir, 'journey.log'), 'utf8').split('\n');
    for (const secret of [acme, globex, path]) expect(lines.filter((line) => line.includes(secret))).toEqual([]);
    expect(lines.filter((line) => /^(X-Evil|level=error)/.test(line))).toEqual([]);
    expect(lines.filter((line) => line.includes('"request failed"'))).toEqual([]);
  });
});

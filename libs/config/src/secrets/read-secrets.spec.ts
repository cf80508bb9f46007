import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSecrets } from './read-secrets.js';
import { serviceSecrets } from './service-secrets.js';

const folder = mkdtempSync(join(tmpdir(), 'assay-modules-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const names = serviceSecrets(true);
const keys = { ASSAY_MASTER_KEY: 'm', ASSAY_INTERNAL_KEY: 'i', ASSAY_ADMIN_KEY: 'a' };

let modules = 0;
function moduleOf(text: string): { ASSAY_SECRETS: string } {
  const file = join(folder, `${modules++}.mjs`);
  writeFileSync(file, text);
  return { ASSAY_SECRETS: `module:${file}` };
}

describe('secrets', () => {
  it('that are local are nobody’s to look for here: the platform makes what is missing', async () => {
    expect(await readSecrets({}, names)).toEqual({ ASSAY_SECRETS: '' });
  });

  it('that are to stand in the environment must all stand there', async () => {
    const env = { ASSAY_SECRETS: 'environment' };
    expect(await readSecrets({ ...env, ...keys }, names)).toEqual({ ASSAY_SECRETS: '' });
    await expect(readSecrets({ ...env, ...keys, ASSAY_MASTER_KEY: '' }, names)).rejects.toMatchObject({
      code: 'config.missing-secret',
      message: 'ASSAY_MASTER_KEY is a secret that Assay needs, and it is not in the environment.',
    });
  });

  it('are none but those that services know, so that nobody sets the rest of an environment through them', async () => {
    const given = { ...keys, ALERTING_DATABASE_URL: 'p', CASE_ENGINE_DATABASE_URL: 'q', NODE_OPTIONS: 'x', PORT: '1' };
    const env = moduleOf(`export default () => (${JSON.stringify(given)});`);
    const { NODE_OPTIONS: _, PORT: __, ...wanted } = given;
    expect(await readSecrets(env, names)).toEqual({ ...wanted, ASSAY_SECRETS: '' });
  });

  it('of the gateway alone include the first admin key', async () => {
    const env = moduleOf(`export default () => ({ ASSAY_MASTER_KEY: 'm', ASSAY_INTERNAL_KEY: 'i' });`);
    await expect(readSecrets(env, serviceSecrets(false))).resolves.toHaveProperty('ASSAY_INTERNAL_KEY', 'i');
    await expect(readSecrets(env, names)).rejects.toThrow(/^ASSAY_ADMIN_KEY is a secret .* not in the module \//);
  });

  it('under a name of ours come before those under a name of PatchHound', async () => {
    const env = moduleOf(`export default () => (${JSON.stringify({ ...keys, api_key: 'theirs' })});`);
    expect(await readSecrets(env, names)).toMatchObject({ ASSAY_ADMIN_KEY: 'a' });
  });

  it.each([
    ['throws', `export default () => { throw new Error('no network'); };`, /gives no secrets: no network$/],
    ['is no function', 'export default {};', /has no function as its default export\.$/],
    [
      'gives a number',
      `export default () => ({ ASSAY_MASTER_KEY: 42 });`,
      /^There is no text under ASSAY_MASTER_KEY in/,
    ],
    ['gives nothing', 'export default () => undefined;', /^There is no object of names and texts in/],
  ])('of a module that %s end the start with a sentence', async (_, text, message) => {
    await expect(readSecrets(moduleOf(text), names)).rejects.toThrow(message);
  });

  it('are kept nowhere else', async () => {
    await expect(readSecrets({ ASSAY_SECRETS: 'azure' }, names)).rejects.toThrow(
      /ASSAY_SECRETS must be local, environment, aws, vault or module:FILE/,
    );
  });
});

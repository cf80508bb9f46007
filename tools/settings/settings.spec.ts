import { defineEnv, durationSeconds, port, secret } from '@assay/config';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { readDefinitions } from './definitions.js';
import { settingsPage } from './settings-page.js';

/** The fewest variables the product has had. A search that finds nothing would document nothing. */
const fewestVariables = 25;

describe('the page of settings', () => {
  it('is the committed one', async () => {
    const definitions = await readDefinitions(process.cwd());
    const variables = definitions.flatMap((definition) => Object.keys(definition.shape));
    expect(variables.length).toBeGreaterThanOrEqual(fewestVariables);
    const page = await format(settingsPage(definitions), { parser: 'markdown', printWidth: 120 });
    await expect(page).toMatchFileSnapshot(
      '../../docs/settings.md',
      'docs/settings.md is not what the code says: run `npm run docs:settings` and commit the result',
    );
  });

  it('explains every variable', async () => {
    const rows = (await readDefinitions(process.cwd())).flatMap((definition) => definition.describe());
    expect(rows.filter(({ description }) => description === '').map(({ name }) => name)).toEqual([]);
  });

  it('has one row for a variable that several read, and never the default of a secret', () => {
    const shape = { PORT: port.default(8080).describe('Where to listen | and answer') };
    const page = settingsPage([
      defineEnv({ name: 'scanner', shape }),
      defineEnv({
        name: 'gateway',
        shape: { ...shape, KEY: secret().describe('A key'), WAIT: durationSeconds.default(30).describe('Patience') },
      }),
    ]);
    expect(page.split('\n').slice(-3)).toEqual([
      '| `KEY` | A key | secret | **required** | gateway |',
      '| `PORT` | Where to listen \\| and answer |  | `8080` | gateway, scanner |',
      '| `WAIT` | Patience | seconds | `30` | gateway |',
    ]);
  });
});

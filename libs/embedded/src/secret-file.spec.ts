import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readOrCreateSecret } from './secret-file.js';

describe('a secret in a file', () => {
  it('is made once, for the owner alone, and nothing is left beside it', () => {
    const dir = mkdtempSync(join(tmpdir(), 'assay-secret-'));
    const file = join(dir, 'secrets', 'key');
    const secret = readOrCreateSecret(file);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(readOrCreateSecret(file)).toBe(secret);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(dir, 'secrets'))).toEqual(['key']);
    rmSync(dir, { recursive: true });
  });
});

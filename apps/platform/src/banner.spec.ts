import { describe, expect, it } from 'vitest';
import { welcomeLines } from './banner.js';

const welcome = {
  url: 'http://127.0.0.1:8080',
  newAdminKey: 'assay_admin_x',
  adminKeyFile: '.assay/admin-key',
  exampleSbom: 'examples/sbom.cdx.json',
};

describe('the welcome', () => {
  it('shows the key once, between two lines of =', () => {
    const lines = welcomeLines(welcome);
    const [first, second] = lines.flatMap((line, index) => (/^=+$/.test(line) ? [index] : []));
    expect(lines.slice(first! - 1, second! + 1)).toEqual([
      expect.stringMatching(/new admin API key was generated/),
      expect.stringMatching(/^=+$/),
      'assay_admin_x',
      expect.stringMatching(/^=+$/),
    ]);
    expect(welcomeLines({ ...welcome, newAdminKey: undefined }).join('\n')).not.toContain('===');
  });

  it('gives three commands', () => {
    expect(welcomeLines(welcome).filter((line) => line.trim().startsWith('curl'))).toHaveLength(3);
  });

  it('keeps a path with a space one word of the shell', () => {
    expect(welcomeLines({ ...welcome, adminKeyFile: "/my data/it's" }).join('\n')).toContain(
      `$(cat '/my data/it'\\''s')`,
    );
  });
});

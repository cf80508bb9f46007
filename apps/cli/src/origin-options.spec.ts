import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { originQuery, withOrigin } from './origin-options.js';

describe('where a document came from', () => {
  it('is told with hyphens and asked with the names of the API', () => {
    const command = withOrigin(new Command()).exitOverride();
    command.parse(['--repo', 'acme/api', '--pr-id', '7', '--target-branch', 'main'], { from: 'user' });
    expect(originQuery(command.opts(), 300)).toBe('?repo=acme%2Fapi&prId=7&targetBranch=main&wait=300');
    expect(originQuery({})).toBe('');
  });
});

import { expect, it } from 'vitest';
import { ownerOf, pathsWithOwnPost, proxiedPaths } from './public-paths.js';

it.each([
  ['/api/v1/findings', 'scanner'],
  ['/api/v1/findings/x/y', 'scanner'],
  ['/v1/images', 'scanner'],
  ['/api/v1/exceptions.openvex', 'case-engine'],
  ['/api/v1/audit/tile/0/x001/067', 'audit'],
  ['/signals/x/status', 'case-engine'],
  ['/santamon/agents', 'compliance'],
  ['/agentsmore', undefined],
  ['/api/v1/findingsmore', undefined],
  ['/api/v1', undefined],
  ['/internal/dead-letters', undefined],
])('%s belongs to %s', (path, owner) => expect(ownerOf(path)).toBe(owner));

it('no path has two owners', () => expect(new Set(proxiedPaths).size).toBe(proxiedPaths.length));

it('those whose POST is ours are among them', () =>
  expect(proxiedPaths).toEqual(expect.arrayContaining([...pathsWithOwnPost])));

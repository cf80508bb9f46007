import { describe, expect, it } from 'vitest';
import { placeholderFor, profileNameOf } from './started-scans.service.js';
import type { StartedScan } from './started-scans.store.js';

const started = (changes: Partial<StartedScan>): StartedScan => ({
  id: 'one',
  hostId: 'host',
  profileId: 'profile',
  profileName: 'level1_server',
  profileType: 'openscap',
  commandId: 'command',
  startedAt: new Date(0),
  ...changes,
});
const scan = { profileName: 'level2_server', profileType: 'openscap', status: 'completed' } as const;

describe('the placeholder that a scan ends', () => {
  it('is one of its type, of its profile before an older one', () => {
    const running = [
      started({ id: 'docker', profileType: 'docker-bench' }),
      started({ id: 'old' }),
      started({ id: 'same', profileName: 'level2_server' }),
    ];
    expect(placeholderFor(scan, 'on-demand', running)?.id).toBe('same');
    expect(placeholderFor(scan, null, running.slice(0, 2))?.id).toBe('old');
    expect(placeholderFor(scan, null, running.slice(0, 1))).toBeNull();
  });

  it('is none for a timed run', () => {
    expect(placeholderFor(scan, 'scheduled', [started({})])).toBeNull();
  });
});

describe('the profile of a scan', () => {
  it('is the commanded one for a failed run that names none', () => {
    const failed = { ...scan, profileName: 'level1_server', status: 'failed' } as const;
    expect(profileNameOf(failed, started({ profileName: 'cis' }))).toBe('cis');
    expect(profileNameOf(failed, null)).toBe('level1_server');
    expect(profileNameOf({ ...failed, profileName: 'other' }, started({ profileName: 'cis' }))).toBe('other');
    expect(profileNameOf(scan, started({ profileName: 'cis' }))).toBe('level2_server');
  });
});

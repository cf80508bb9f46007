import { describe, expect, it } from 'vitest';
import { type Configured, intervalFrames, settingsFrames } from './agent-settings.js';

const host = (changes: Partial<Configured> = {}): Configured => ({
  complianceMode: 'on-demand',
  openscap: true,
  dockerBench: false,
  docker: false,
  agentVersion: '2.0.1',
  apiId: 'patchmon_1',
  ...changes,
});

describe('an agent of version 2', () => {
  it('takes all its settings at once, and only when one has changed', () => {
    expect(settingsFrames(host(), host())).toEqual([]);
    expect(settingsFrames(host(), host({ complianceMode: 'disabled', dockerBench: true }))).toEqual([
      {
        about: 'mode',
        frame: {
          type: 'apply_config',
          config: { docker: true, compliance: { enabled: false, openscap_enabled: true, docker_bench_enabled: true } },
        },
      },
    ]);
  });

  it('is meant where the version is not known', () => {
    const [told] = settingsFrames(
      host({ agentVersion: null }),
      host({ agentVersion: null, complianceMode: 'enabled' }),
    );
    expect(told!.frame['type']).toBe('apply_config');
  });
});

describe('an agent of version 1', () => {
  const old = (changes: Partial<Configured> = {}): Configured => host({ agentVersion: '1.4.9', ...changes });

  it('has a word for the mode and one for docker; scanners go with each scan', () => {
    expect(settingsFrames(old(), old({ complianceMode: 'enabled', docker: true }))).toEqual([
      { about: 'mode', frame: { type: 'set_compliance_mode', mode: 'enabled' } },
      { about: 'docker', frame: { type: 'integration_toggle', integration: 'docker', enabled: true } },
    ]);
    expect(settingsFrames(old(), old({ openscap: false }))).toEqual([]);
  });

  it('knows no interval of scans', () => {
    const [told] = intervalFrames(
      old(),
      { updateMinutes: 60, scanMinutes: null },
      { updateMinutes: 5, scanMinutes: 60 },
    );
    expect(told!.frame).toEqual({ type: 'settings_update', update_interval: 5 });
  });
});

describe('an interval', () => {
  it('that is taken away is the agent’s own again', () => {
    const before = { updateMinutes: 60, scanMinutes: 30 };
    expect(intervalFrames(host(), before, before)).toEqual([]);
    const [told] = intervalFrames(host(), before, { updateMinutes: 60, scanMinutes: null });
    expect(told!.frame).toEqual({ type: 'settings_update', update_interval: 60, compliance_scan_interval: 1_440 });
  });

  it('is told to nobody who has no agent', () => {
    const none = host({ apiId: null });
    expect(settingsFrames(none, { ...none, complianceMode: 'enabled' })).toEqual([]);
    expect(
      intervalFrames(none, { updateMinutes: 1, scanMinutes: null }, { updateMinutes: 2, scanMinutes: null }),
    ).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { frameOf } from './command-frame.js';
import {
  checkId,
  planImageScan,
  planScans,
  type ScannedHost,
  scannedHostOf,
  type ScanPlan,
  type ScanRequest,
} from './scan-request.js';

const content = 'xccdf_org.ssgproject.content_profile_';
const both: ScannedHost = { openscap: true, dockerBench: true, isRedHat: false, profiles: [] };
const onlyOpenscap: ScannedHost = { ...both, dockerBench: false };
const redHat: ScannedHost = { ...onlyOpenscap, isRedHat: true };
const listed = (...names: string[]): ScannedHost => ({
  ...onlyOpenscap,
  profiles: names.map((name) => ({ names: [name] })),
});
const request = (changes: Partial<ScanRequest> = {}): ScanRequest => ({
  profileType: 'all',
  profileId: null,
  enableRemediation: false,
  fetchRemoteResources: false,
  ...changes,
});

/** The frame of a plan, as its command would send it. */
function sent(
  { profileType, profileId, enableRemediation, fetchRemoteResources }: ScanPlan,
  host: ScannedHost,
): object {
  const options = {
    profile_type: profileType,
    profile_id: profileId,
    enable_remediation: enableRemediation,
    fetch_remote_resources: fetchRemoteResources,
  };
  return frameOf({ kind: 'scan', options }, host)!;
}
const frames = (asked: Partial<ScanRequest>, host: ScannedHost): object[] =>
  planScans(request(asked), host).map((plan) => sent(plan, host));

describe('what an agent is told to scan', () => {
  it('is everything that is on, with no profile named', () => {
    expect(frames({}, both)).toEqual([
      {
        type: 'compliance_scan',
        profile_type: 'all',
        profile_id: null,
        enable_remediation: false,
        fetch_remote_resources: false,
        openscap_enabled: true,
        docker_bench_enabled: true,
      },
    ]);
  });

  it('says by flags and id what runs, because agents ignore the type', () => {
    expect(frames({ profileType: 'openscap' }, both)).toMatchObject([
      { profile_id: null, openscap_enabled: true, docker_bench_enabled: false },
    ]);
    expect(frames({ profileType: 'docker-bench' }, both)).toMatchObject([
      { profile_id: 'docker-bench', openscap_enabled: false, docker_bench_enabled: true },
    ]);
    expect(frames({ profileId: 'docker-bench' }, both)).toMatchObject([{ openscap_enabled: false }]);
  });

  it('is two scans where an id would keep docker bench from running', () => {
    expect(frames({ profileId: `${content}standard`, fetchRemoteResources: true }, both)).toMatchObject([
      {
        profile_id: `${content}standard`,
        openscap_enabled: true,
        docker_bench_enabled: false,
        fetch_remote_resources: true,
      },
      {
        profile_id: 'docker-bench',
        openscap_enabled: false,
        docker_bench_enabled: true,
        fetch_remote_resources: false,
      },
    ]);
  });

  it('never names "all" as a profile', () => {
    expect(frames({ profileId: 'all' }, onlyOpenscap)).toMatchObject([{ profile_id: null }]);
    expect(frames({ profileId: '' }, onlyOpenscap)).toMatchObject([{ profile_id: null }]);
  });

  it('always names a profile where it remediates', () => {
    expect(frames({ enableRemediation: true }, onlyOpenscap)).toMatchObject([
      { profile_id: 'level1_server', enable_remediation: true },
    ]);
    expect(frames({ enableRemediation: true, profileId: 'all' }, both)).toMatchObject([
      { profile_id: 'level1_server', enable_remediation: true },
      { profile_id: 'docker-bench', enable_remediation: false },
    ]);
  });

  it('names full ids on the family of Red Hat, whose short names agents have the wrong way round', () => {
    expect(frames({ profileId: 'level1_server' }, redHat)).toMatchObject([{ profile_id: `${content}cis_server_l1` }]);
    expect(frames({ profileId: 'level2_server' }, redHat)).toMatchObject([{ profile_id: `${content}cis` }]);
    expect(frames({}, redHat)).toMatchObject([{ profile_id: `${content}cis_server_l1` }]);
    expect(frames({ profileId: 'level1_server' }, onlyOpenscap)).toMatchObject([{ profile_id: 'level1_server' }]);
  });

  it('is only what the content has: agents would take another in silence', () => {
    const debian = listed(`${content}standard`, `${content}cis_level1_server`);
    expect(frames({ profileId: 'level1_server' }, debian)).toMatchObject([{ profile_id: 'level1_server' }]);
    expect(frames({ profileId: `${content}standard` }, debian)).toHaveLength(1);
    const message = `The host's scanner content has no profile "level2_server". Must be one of: ${content}standard, ${content}cis_level1_server`;
    expect(() => frames({ profileId: 'level2_server' }, debian)).toThrow(message);
    expect(() => frames({ profileId: `${content}stig` }, debian)).toThrow('has no profile');
    expect(() => frames({ profileId: 'pci' }, onlyOpenscap)).toThrow('Must be one of: level1_server, level2_server');
  });

  it('goes by short names where an agent listed nothing else', () => {
    const short = { ...listed('level1_server', 'level2_server'), isRedHat: true };
    expect(frames({ profileId: 'level1_server' }, short)).toMatchObject([{ profile_id: `${content}cis_server_l1` }]);
    expect(frames({ profileId: `${content}stig` }, short)).toHaveLength(1);
  });

  it('is nothing where the scanner is off, and that is said', () => {
    expect(() => frames({}, { ...both, openscap: false, dockerBench: false })).toThrow(
      'Both scanners are switched off',
    );
    expect(() => frames({ profileType: 'docker-bench' }, onlyOpenscap)).toThrow('The scanner for docker-bench is');
    expect(frames({}, { ...both, openscap: false })).toMatchObject([{ profile_id: 'docker-bench' }]);
  });

  it('does not switch on again what was switched off while the command waited', () => {
    const [plan] = planScans(request(), both);
    expect(sent(plan, onlyOpenscap)).toMatchObject({ openscap_enabled: true, docker_bench_enabled: false });
    expect(frameOf({ kind: 'scan', options: { profile_type: 'openscap' } }, { ...both, openscap: false })).toBeNull();
  });
});

describe('an id that agents drop in silence', () => {
  it.each(['a b', 'x;y', 'ä', '', 'a'.repeat(257), '../x'])('is refused: %j', (id) => {
    expect(() => checkId('rule_id', id)).toThrow('Invalid rule_id');
  });
  it.each([`${content}rule_x-1`, 'a'.repeat(256)])('is none of these: %j', (id) => {
    expect(() => checkId('profile_id', id)).not.toThrow();
  });
});

describe('a scan of images', () => {
  const nothing = { imageName: null, containerName: null, scanAllImages: false };
  it('is of one image, one container, or of all', () => {
    expect(planImageScan({ ...nothing, imageName: 'registry.example:5000/a/b@sha256:ab' }).scanAllImages).toBe(false);
    expect(planImageScan(nothing).scanAllImages).toBe(true);
  });
  it.each(['-rm', 'a b', 'a$b', 'a'.repeat(513)])('of %j is refused', (imageName) => {
    expect(() => planImageScan({ ...nothing, imageName })).toThrow('Invalid image_name');
  });
  it.each(['a/b', '_x', 'a'.repeat(257)])('of the container %j is refused', (containerName) => {
    expect(() => planImageScan({ ...nothing, containerName })).toThrow('Invalid container_name');
  });
});

describe('what a host tells of itself', () => {
  const on = { openscap: true, dockerBench: false };
  it('gives its profiles, those of other scanners left out', () => {
    const available_profiles = [
      { id: 'level1_server', name: 'CIS', type: 'openscap', xccdf_id: `${content}cis_level1_server` },
      { id: 'docker-bench', type: 'docker-bench' },
      'standard',
      7,
    ];
    const { profiles, isRedHat } = scannedHostOf(on, { family: 'debian', name: 'ubuntu' }, { available_profiles });
    expect(profiles).toEqual([{ names: ['level1_server', `${content}cis_level1_server`] }, { names: ['standard'] }]);
    expect(isRedHat).toBe(false);
  });
  it.each([{ family: 'rhel', name: 'rocky' }, { name: 'almalinux' }, { family: 'RHEL' }])(
    'knows Red Hat in %j',
    (os) => {
      expect(scannedHostOf(on, os, null).isRedHat).toBe(true);
    },
  );
  it('may be nothing', () => expect(scannedHostOf(on, null, null)).toMatchObject({ isRedHat: false, profiles: [] }));
});

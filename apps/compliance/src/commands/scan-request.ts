import { limits } from '../limits.js';
import { refused } from './commands.errors.js';

/** What a trigger may ask for (`wire/patchmon.md` §6.2). */
export const triggerTypes = ['all', 'openscap', 'docker-bench', 'oscap-docker'] as const;
export type TriggerType = (typeof triggerTypes)[number];

/** A scan of a host as the caller wants it. */
export interface ScanRequest {
  readonly profileType: Exclude<TriggerType, 'oscap-docker'>;
  readonly profileId: string | null;
  readonly enableRemediation: boolean;
  readonly fetchRemoteResources: boolean;
}

/** A scan of container images as the caller wants it. */
export interface ImageScanRequest {
  readonly imageName: string | null;
  readonly containerName: string | null;
  readonly scanAllImages: boolean;
}

/** A profile that a host's scanner content has, by each of its names. */
export interface AvailableProfile {
  readonly names: readonly string[];
}

/** What of a host decides which scans make sense. */
export interface ScannedHost {
  readonly openscap: boolean;
  readonly dockerBench: boolean;
  /** True for Red Hat's family: RHEL, CentOS, Rocky, Alma, Oracle, Fedora. */
  readonly isRedHat: boolean;
  /** OpenSCAP profiles of its content; empty while its agent has not told. */
  readonly profiles: readonly AvailableProfile[];
}

/** One frame's worth of scanning: what runs of what was asked for. */
export interface ScanPlan {
  readonly profileType: Exclude<TriggerType, 'oscap-docker'>;
  readonly profileId: string | null;
  readonly enableRemediation: boolean;
  readonly fetchRemoteResources: boolean;
  readonly openscap: boolean;
  readonly dockerBench: boolean;
}

const content = 'xccdf_org.ssgproject.content_profile_';
const shortNames = ['level1_server', 'level2_server'] as const;
type ShortName = (typeof shortNames)[number];

/** What an agent means by its short names, and what it should mean: on Red Hat's family it has the two the wrong way round (§9). */
const fullNames: Readonly<Record<ShortName, { readonly others: string; readonly redHat: string }>> = {
  level1_server: { others: `${content}cis_level1_server`, redHat: `${content}cis_server_l1` },
  level2_server: { others: `${content}cis_level2_server`, redHat: `${content}cis` },
};

const dockerBenchId = 'docker-bench';
const idPattern = /^[A-Za-z0-9_.-]+$/;
const imagePattern = /^[A-Za-z0-9][A-Za-z0-9_.\-/:@]*$/;
const containerPattern = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

/**
 * The frames that do what was asked for, one or two. Agents ignore `profile_type` and go by the flags and the id; an id
 * keeps docker bench from running, so that both with an id are two scans, one after the other.
 *
 * @throws AssayError for what an agent would drop in silence, replace by something else, or not do at all
 */
export function planScans(request: ScanRequest, host: ScannedHost): readonly [ScanPlan, ...ScanPlan[]] {
  const { profileType, enableRemediation, fetchRemoteResources } = request;
  const asked = request.profileId === '' || request.profileId === 'all' ? null : request.profileId;
  const benchAlone = profileType === 'docker-bench' || asked === dockerBenchId;
  const openscap = !benchAlone && host.openscap;
  const dockerBench = (benchAlone || profileType === 'all') && host.dockerBench;
  if (!openscap && !dockerBench) throw scannerOff(profileType, host);

  const bench: ScanPlan = {
    profileType: 'docker-bench',
    profileId: dockerBenchId,
    enableRemediation: false,
    fetchRemoteResources: false,
    openscap: false,
    dockerBench: true,
  };
  if (!openscap) return [bench];
  const profileId = profileFor(asked, enableRemediation, host);
  const options = { profileId, enableRemediation, fetchRemoteResources };
  const alone: ScanPlan = { ...options, profileType, openscap: true, dockerBench: false };
  if (!dockerBench) return [alone];
  if (profileId === null) return [{ ...alone, dockerBench: true }];
  return [{ ...alone, profileType: 'openscap' }, bench];
}

/**
 * The id that is sent. Without one agents take `level1_server`; with remediation they then find no profile and fail, so it
 * is named, and on Red Hat's family it is always the full id.
 */
function profileFor(asked: string | null, named: boolean, host: ScannedHost): string | null {
  if (asked === null) {
    const standard = fullIdOf('level1_server', host);
    if (host.isRedHat && isAvailable([standard], host)) return standard;
    return named ? 'level1_server' : null;
  }
  checkId('profile_id', asked);
  if (!isShortName(asked)) {
    const isKnown = isFull(asked) ? isAvailable([asked], host) : host.profiles.length > 0 && isAvailable([asked], host);
    if (!isKnown) throw unknownProfile(asked, host);
    return asked;
  }
  const full = fullIdOf(asked, host);
  if (!isAvailable(host.isRedHat ? [full] : [asked, full], host)) throw unknownProfile(asked, host);
  return host.isRedHat ? full : asked;
}

const isShortName = (id: string): id is ShortName => (shortNames as readonly string[]).includes(id);
const fullIdOf = (name: ShortName, { isRedHat }: ScannedHost): string =>
  isRedHat ? fullNames[name].redHat : fullNames[name].others;

/** True if the content has a profile of one of these names, or nobody knows: an agent may have listed short names only. */
function isAvailable(ids: readonly string[], { profiles }: ScannedHost): boolean {
  const listed = profiles.flatMap(({ names }) => names);
  if (listed.some((name) => ids.includes(name))) return true;
  return ids.some(isFull) ? !listed.some(isFull) : listed.length === 0;
}

const isFull = (id: string): boolean => id.startsWith('xccdf_');

function unknownProfile(asked: string, { profiles }: ScannedHost): Error {
  const known = profiles.length === 0 ? shortNames : profiles.map(({ names }) => names[0]!);
  return refused(
    'commands.unknown-profile',
    `The host's scanner content has no profile "${asked}". Must be one of: ${known.join(', ')}`,
  );
}

function scannerOff(profileType: TriggerType, { openscap, dockerBench }: ScannedHost): Error {
  const which = !openscap && !dockerBench ? 'Both scanners are' : `The scanner for ${profileType} is`;
  return refused('commands.scanner-off', `${which} switched off for this host, nothing was sent`);
}

/** @throws AssayError for an id that an agent would drop (§5.1) */
export function checkId(field: 'profile_id' | 'rule_id', id: string): void {
  if (id.length <= limits.agentIdMaxLength && idPattern.test(id)) return;
  throw refused(
    'commands.bad-option',
    `Invalid ${field}: only letters, digits, "_", "." and "-", at most ${limits.agentIdMaxLength}`,
  );
}

/**
 * What of images is scanned: one image, one container, or all where nothing is named.
 *
 * @throws AssayError for names that an agent would drop (§5.1)
 */
export function planImageScan({ imageName, containerName, scanAllImages }: ImageScanRequest): ImageScanRequest {
  if (imageName !== null && (imageName.length > limits.imageNameMaxLength || !imagePattern.test(imageName))) {
    throw refused('commands.bad-option', 'Invalid image_name');
  }
  const isLong = containerName !== null && containerName.length > limits.agentIdMaxLength;
  if (containerName !== null && (isLong || !containerPattern.test(containerName))) {
    throw refused('commands.bad-option', 'Invalid container_name');
  }
  const all = scanAllImages || (imageName === null && containerName === null);
  return { imageName, containerName, scanAllImages: all };
}

/** What hosts tell of their operating system and scanners, in as much as it decides what can be scanned (§2.1, §3.1). */
export function scannedHostOf(
  toggles: Pick<ScannedHost, 'openscap' | 'dockerBench'>,
  osInfo: unknown,
  scannerInfo: unknown,
): ScannedHost {
  const family = [fieldOf(osInfo, 'family'), fieldOf(scannerInfo, 'os_family'), fieldOf(osInfo, 'name')];
  const isRedHat = family.some((word) => typeof word === 'string' && redHat.test(word));
  const listed = fieldOf(scannerInfo, 'available_profiles');
  const profiles = Array.isArray(listed) ? listed.flatMap((entry) => profileOf(entry)) : [];
  return { openscap: toggles.openscap, dockerBench: toggles.dockerBench, isRedHat, profiles };
}

const redHat = /^(rhel|redhat|red hat.*|centos.*|rocky.*|alma.*|ol|oracle.*|fedora)$/i;

function profileOf(entry: unknown): AvailableProfile[] {
  if (typeof entry === 'string') return entry === dockerBenchId ? [] : [{ names: [entry] }];
  const type = fieldOf(entry, 'type');
  if (type !== undefined && type !== null && type !== '' && type !== 'openscap') return [];
  const names = [fieldOf(entry, 'id'), fieldOf(entry, 'xccdf_id')].filter(
    (name): name is string => typeof name === 'string' && name !== '',
  );
  return names.length === 0 ? [] : [{ names }];
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[field] : undefined;
}

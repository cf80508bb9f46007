import type { BenchmarkHost, OsInfo, ScannerInfo } from '../benchmark.js';
import { refuse } from '../benchmarks.errors.js';
import { isObject, type JsonObject, member } from '../json-object.js';
import { maxScansPerDocument } from '../limits.js';
import { Notes } from '../notes.js';
import { lineOf } from '../text.js';
import { parseJson, readWhole, type WholeDocument } from '../whole-document.js';
import { checkComplianceHash } from './compliance-hash.js';
import { readScan } from './read-scan.js';

/**
 * A submission of PatchMon's agent (`wire/patchmon.md` §3.1), in its three forms: `scans`, the older flat one, the planned one
 * with `profile` and `summary`. Bytes that are no UTF-8 are taken as U+FFFD. Entries without a profile's name are no scans.
 *
 * @throws AssayError `documents.*` for what is no JSON, `benchmarks.no-scan` for JSON of another kind, `benchmarks.too-many-scans`
 */
export async function readPatchMon(source: AsyncIterable<Uint8Array>): Promise<WholeDocument> {
  const payload = parseJson(await readWhole(source));
  const sent = isObject(payload) ? scansOf(payload) : null;
  if (!isObject(payload) || sent === null) {
    throw refuse('benchmarks.no-scan', "Invalid payload: expected 'scans' array or 'profile_name'");
  }
  if (sent.length > maxScansPerDocument) {
    throw refuse('benchmarks.too-many-scans', `A submission has at most ${maxScansPerDocument} scans.`);
  }
  const notes = new Notes();
  const scans = sent.filter((scan) => isObject(scan) && lineOf(member(scan, 'profile_name')) !== null) as JsonObject[];
  if (scans.length < sent.length)
    notes.add(`${sent.length - scans.length} entries without profile_name were left out.`);
  const read = scans.map(readScan);
  return {
    head: {
      form: 'patchmon',
      host: hostOf(payload),
      osInfo: osInfoOf(member(payload, 'os_info')),
      scannerInfo: scannerInfoOf(member(payload, 'scanner_info')),
      scanType: lineOf(member(payload, 'scan_type')),
      complianceHash: checkComplianceHash(scans, lineOf(member(payload, 'compliance_hash'))),
      scans: read.map(({ head }) => head),
      notes: notes.list(),
    },
    contents: read,
  };
}

/** The scans in the terms of the form with `scans`; null for an object of none of the forms. */
function scansOf(payload: JsonObject): readonly unknown[] | null {
  const scans = member(payload, 'scans');
  if (Array.isArray(scans)) return scans;
  if (lineOf(member(payload, 'profile_name')) !== null) return [payload];
  const profile = member(payload, 'profile');
  if (!isObject(profile) || lineOf(member(profile, 'name')) === null) return null;
  const summary = member(payload, 'summary');
  return [
    {
      ...(isObject(summary) && summary),
      profile_name: member(profile, 'name'),
      profile_type: member(profile, 'type'),
      status: member(payload, 'status'),
      started_at: member(payload, 'started_at'),
      completed_at: member(payload, 'completed_at'),
      results: member(payload, 'results'),
      error: member(payload, 'error'),
    },
  ];
}

function hostOf(payload: JsonObject): BenchmarkHost {
  return {
    hostname: lineOf(member(payload, 'hostname')),
    machineId: lineOf(member(payload, 'machine_id')),
    agentVersion: lineOf(member(payload, 'agent_version')),
    addresses: [],
  };
}

function osInfoOf(info: unknown): OsInfo | null {
  if (!isObject(info)) return null;
  return {
    family: lineOf(member(info, 'family')),
    name: lineOf(member(info, 'name')),
    version: lineOf(member(info, 'version')),
  };
}

function scannerInfoOf(info: unknown): ScannerInfo | null {
  if (!isObject(info)) return null;
  const profiles = member(info, 'available_profiles');
  return {
    openscapAvailable: flagOf(member(info, 'openscap_available')),
    openscapVersion: lineOf(member(info, 'openscap_version')),
    dockerBenchAvailable: flagOf(member(info, 'docker_bench_available')),
    oscapDockerAvailable: flagOf(member(info, 'oscap_docker_available')),
    availableProfiles: Array.isArray(profiles)
      ? profiles.flatMap((profile) => lineOf(profile) ?? []).slice(0, 200)
      : [],
  };
}

function flagOf(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

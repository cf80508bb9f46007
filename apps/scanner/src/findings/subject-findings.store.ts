import { severities, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { PlacedFinding } from '../scanning/component-findings.js';
import { derivedId } from '../vulnerabilities/derived-id.js';
import { contentOf, keptOf, type OpenFinding } from './diff-findings.js';
import type { RunOrder, ScannedSubject } from './scanned-subject.js';

/** The newest scan of a subject in one slot: by one tool, of one target (`slotOf`). */
export interface SubjectScan {
  readonly slot: string;
  readonly scanId: Uuid;
  readonly receiptId: Uuid;
  readonly sbomId: Uuid | null;
  readonly findingsDigest: string;
  /** Digest of the findings alone: two looks with the same one found the same. */
  readonly findingsSet: string;
}

/** The newest scan of a slot, and what it takes to make it again. */
export interface LockedScan extends SubjectScan {
  readonly documentDigest: string;
  readonly subjectKey: string;
}

/** A scan that wants to be the newest of its slot. */
export interface Candidate {
  readonly subject: ScannedSubject;
  readonly scan: SubjectScan;
  readonly order: RunOrder;
  /** See `runKeyOf`. */
  readonly runKey: string;
}

/** What was there when a scan became the newest. */
export interface Superseded {
  readonly subjectId: Uuid;
  readonly slot: string;
  /** The set of findings before, null at the first scan. */
  readonly previousSet: string | null;
}

/** A finding whose interval begins. */
export interface BegunFinding {
  readonly subjectId: Uuid;
  readonly slot: string;
  readonly placed: PlacedFinding;
}

/** True where the run `a` is newer than the run `b`, or the same: by start, else by number with the same provider, else by acceptance. */
const isNewer = (a: string, b: string): string => `case
  when ${a}.run_started_at <> ${b}.run_started_at then ${a}.run_started_at > ${b}.run_started_at
  when ${a}.provider = ${b}.provider and ${a}.run_number <> ${b}.run_number then ${a}.run_number > ${b}.run_number
  else ${a}.accepted_at >= ${b}.accepted_at
end`;

/** What each subject's newest scans say, and the intervals of what was found. In the tables the slot stands as `tool`. */
@Injectable()
export class SubjectFindingsStore {
  /**
   * Makes each scan the newest of its slot, and takes the lock that everything about the slot needs. What is not in the
   * answer is of an older run than one that was seen. Other targets of the same tool that only older runs had are over: their
   * slots go and their findings end. No slot twice; locks are taken in the order of subjects and slots.
   */
  async supersede(tx: Transaction, candidates: readonly Candidate[]): Promise<Superseded[]> {
    const rows = candidates.map(toRow).toSorted((a, b) => (a.subject_id + a.tool < b.subject_id + b.tool ? -1 : 1));
    return tx.query<Superseded>(
      `with candidate as materialized (
         select * from json_to_recordset($2::json) as c (
           subject_id uuid, key text, kind text, subject_provider text, org text, repo text, branch text, pr_id text,
           image_name text, host_id text, tool text, scan_id uuid, receipt_id uuid, sbom_id uuid, findings_digest text,
           findings_set text, run_key text, provider text, run_number numeric, run_started_at timestamptz,
           accepted_at timestamptz)
       ), rival as (
         select o.subject_id, c.tool as candidate, o.tool, ${isNewer('c', 'o')} as is_over
           from candidate c
           join subject_scans o on o.subject_id = c.subject_id and o.tool <> c.tool
                               and split_part(o.tool, ' ', 1) = split_part(c.tool, ' ', 1)
                               and o.run_key is distinct from c.run_key
       ), retired as (
         delete from subject_scans o using rival r
          where o.subject_id = r.subject_id and o.tool = r.tool and r.is_over
            and not exists (select from candidate k where k.subject_id = o.subject_id and k.tool = o.tool)
         returning o.subject_id, o.tool
       ), ended as (
         update findings f set known_until = $3 from retired r
          where f.subject_id = r.subject_id and f.tool = r.tool and f.known_until is null
       ), subject as (
         insert into subjects (id, tenant, key, kind, provider, org, repo, branch, pr_id, image_name, host_id)
         select distinct on (subject_id) subject_id, $1, key, kind, subject_provider, org, repo, branch, pr_id,
                image_name, host_id
           from candidate order by subject_id
         on conflict do nothing
       )
       insert into subject_scans as known
         (tenant, subject_id, tool, scan_id, receipt_id, sbom_id, findings_digest, findings_set, run_key, version,
          provider, run_number, run_started_at, accepted_at, scanned_at)
       select $1, subject_id, tool, scan_id, receipt_id, sbom_id, findings_digest, findings_set, run_key, 1,
              provider, run_number, run_started_at, accepted_at, $3
         from candidate c
        where not exists (select from rival r where r.subject_id = c.subject_id and r.candidate = c.tool and not r.is_over)
       on conflict (subject_id, tool) do update set
         scan_id = excluded.scan_id, receipt_id = excluded.receipt_id, sbom_id = excluded.sbom_id,
         findings_digest = excluded.findings_digest, run_key = excluded.run_key,
         previous_set = known.findings_set, findings_set = excluded.findings_set, version = known.version + 1,
         provider = excluded.provider, run_number = excluded.run_number, run_started_at = excluded.run_started_at,
         accepted_at = excluded.accepted_at, scanned_at = excluded.scanned_at
       where ${isNewer('excluded', 'known')}
       returning subject_id as "subjectId", tool as slot, previous_set as "previousSet"`,
      [tx.tenant, JSON.stringify(rows), tx.now],
    );
  }

  /** The newest scan of a slot, locked; null if there is none. */
  async lockScan(tx: Transaction, subjectId: Uuid, slot: string): Promise<LockedScan | null> {
    const [row] = await tx.query<LockedScan>(
      `select n.tool as slot, n.scan_id as "scanId", n.receipt_id as "receiptId", n.sbom_id as "sbomId",
              n.findings_digest as "findingsDigest", n.findings_set as "findingsSet",
              s.document_digest as "documentDigest", b.key as "subjectKey"
         from subject_scans n join scans s on s.id = n.scan_id join subjects b on b.id = n.subject_id
        where n.subject_id = $1 and n.tool = $2 for update of n`,
      [subjectId, slot],
    );
    return row ?? null;
  }

  /** The same scan, said anew because the advisories changed; gives the new version. */
  async restate(tx: Transaction, subjectId: Uuid, scan: SubjectScan): Promise<number> {
    const [row] = await tx.query<{ version: number }>(
      `update subject_scans set findings_digest = $3, previous_set = findings_set, findings_set = $4, version = version + 1
        where subject_id = $1 and tool = $2 returning version`,
      [subjectId, scan.slot, scan.findingsDigest, scan.findingsSet],
    );
    return row!.version;
  }

  /** What stands open of slots, by `openKey`. */
  async openOf(
    tx: Transaction,
    of: readonly { readonly subjectId: Uuid; readonly slot: string }[],
  ): Promise<Map<string, OpenFinding[]>> {
    const rows = await tx.query<OpenFinding & { subjectId: Uuid; slot: string }>(
      `select f.id, f.key, f.content, f.subject_id as "subjectId", f.tool as slot
         from unnest($1::uuid[], $2::text[]) as wanted (subject_id, tool)
         join findings f on f.subject_id = wanted.subject_id and f.tool = wanted.tool and f.known_until is null`,
      [of.map(({ subjectId }) => subjectId), of.map(({ slot }) => slot)],
    );
    return Map.groupBy(rows, openKey);
  }

  /** Ends intervals, of what is gone or has changed. */
  async end(tx: Transaction, ids: readonly Uuid[]): Promise<void> {
    await tx.query('update findings set known_until = $2 where id = any($1::uuid[])', [ids, tx.now]);
  }

  /** Begins intervals. What was ever seen at the same place keeps the day it was first seen. */
  async begin(tx: Transaction, begun: readonly BegunFinding[]): Promise<void> {
    const firstSeen = await this.#firstSeen(tx, begun);
    const rows = begun.map((each) =>
      toFindingRow(each, firstSeen.get(seenKey(each.subjectId, each.placed.finding.key))),
    );
    await tx.query(
      `insert into findings
         (id, tenant, subject_id, tool, key, finding_id, place, kind, group_id, vulnerability_id, severity_rank, kev, epss,
          purl, body, content, known_from, first_seen_at)
       select gen_random_uuid(), $1, f.subject_id, f.tool, f.key, f.finding_id, f.place, f.kind, f.group_id,
              f.vulnerability_id, f.severity_rank, f.kev, f.epss, f.purl, f.body, f.content, $2,
              coalesce(f.first_seen_at, $2)
         from json_to_recordset($3::json) as f (
           subject_id uuid, tool text, key text, finding_id uuid, place text, kind text, group_id uuid,
           vulnerability_id text, severity_rank smallint, kev boolean, epss real, purl text, body jsonb, content text,
           first_seen_at timestamptz)`,
      [tx.tenant, tx.now, JSON.stringify(rows)],
    );
  }

  /**
   * The days on which findings that begin were seen first, by `seenKey`, of those that were seen before. A statement of its
   * own: within the insert it would step, for each finding, over all that the insert has written so far.
   */
  async #firstSeen(tx: Transaction, begun: readonly BegunFinding[]): Promise<Map<string, Date>> {
    const subjectIds = [...new Set(begun.map(({ subjectId }) => subjectId))];
    const keys = [...new Set(begun.map(({ placed }) => placed.finding.key))];
    const rows = await tx.query<{ subjectId: Uuid; key: string; firstSeenAt: Date }>(
      `select o.subject_id as "subjectId", o.key, min(o.first_seen_at) as "firstSeenAt" from findings o
        where o.subject_id = any($1::uuid[]) and o.key = any($2::text[]) group by o.subject_id, o.key`,
      [subjectIds, keys],
    );
    return new Map(rows.map(({ subjectId, key, firstSeenAt }) => [seenKey(subjectId, key), firstSeenAt]));
  }
}

function seenKey(subjectId: Uuid, key: string): string {
  return `${subjectId} ${key}`;
}

/** What names a slot. */
export function openKey({ subjectId, slot }: { readonly subjectId: Uuid; readonly slot: string }): string {
  return `${subjectId} ${slot}`;
}

function toRow({ subject, scan, order, runKey }: Candidate) {
  return {
    subject_id: subject.id,
    key: subject.key,
    kind: subject.kind,
    subject_provider: subject.provider,
    org: subject.org,
    repo: subject.repo,
    branch: subject.branch,
    pr_id: subject.prId,
    image_name: subject.imageName,
    host_id: subject.hostId,
    tool: scan.slot,
    scan_id: scan.scanId,
    receipt_id: scan.receiptId,
    sbom_id: scan.sbomId,
    findings_digest: scan.findingsDigest,
    findings_set: scan.findingsSet,
    run_key: runKey,
    provider: order.provider,
    run_number: order.runNumber,
    run_started_at: order.runStartedAt,
    accepted_at: order.acceptedAt,
  };
}

function toFindingRow({ subjectId, slot, placed }: BegunFinding, firstSeenAt: Date | undefined) {
  const { finding, place } = placed;
  return {
    subject_id: subjectId,
    tool: slot,
    key: finding.key,
    finding_id: derivedId('finding', subjectId, finding.key),
    place,
    kind: finding.kind,
    group_id: finding.group,
    vulnerability_id: finding.vulnerabilityId,
    severity_rank: severities.indexOf(finding.severity),
    kev: finding.kev !== null,
    epss: finding.epss?.score,
    purl: finding.component?.purl,
    body: keptOf(placed),
    content: contentOf(placed),
    first_seen_at: firstSeenAt,
  };
}

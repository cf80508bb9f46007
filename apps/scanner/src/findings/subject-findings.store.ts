import { severities, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { PlacedFinding } from '../scanning/component-findings.js';
import { derivedId } from '../vulnerabilities/derived-id.js';
import { contentOf, type OpenFinding } from './diff-findings.js';
import type { RunOrder, ScannedSubject } from './scanned-subject.js';

/** The newest scan of a subject by one tool. */
export interface SubjectScan {
  readonly tool: string;
  readonly scanId: Uuid;
  readonly receiptId: Uuid;
  readonly sbomId: Uuid | null;
  readonly findingsDigest: string;
  /** See `setOf`. */
  readonly findingsSet: string;
}

/** A scan that wants to be its subject's newest of its tool. */
export interface Candidate {
  readonly subject: ScannedSubject;
  readonly scan: SubjectScan;
  readonly order: RunOrder;
}

/** What was there when a scan became the newest. */
export interface Superseded {
  readonly subjectId: Uuid;
  readonly tool: string;
  /** The set of findings before, null at the first scan. */
  readonly previousSet: string | null;
}

/** A finding whose interval begins. */
export interface BegunFinding {
  readonly subjectId: Uuid;
  readonly tool: string;
  readonly placed: PlacedFinding;
}

/** What each subject's newest scans say, and the intervals of what was found. */
@Injectable()
export class SubjectFindingsStore {
  /**
   * Makes each scan the subject's newest of its tool, and takes the lock that everything about the two of them needs. What is
   * not in the answer is of an older run than one that was seen. Runs are ordered by start, else by number with the same
   * provider, else by acceptance. No subject and tool twice; locks are taken in the order of subjects and tools.
   */
  async supersede(tx: Transaction, candidates: readonly Candidate[]): Promise<Superseded[]> {
    const rows = candidates.map(toRow).toSorted((a, b) => (a.subject_id + a.tool < b.subject_id + b.tool ? -1 : 1));
    return tx.query<Superseded>(
      `with candidate as (
         select * from json_to_recordset($2::json) as c (
           subject_id uuid, key text, kind text, subject_provider text, org text, repo text, branch text, pr_id text,
           image_name text, host_id text, tool text, scan_id uuid, receipt_id uuid, sbom_id uuid, findings_digest text,
           findings_set text, provider text, run_number numeric, run_started_at timestamptz, accepted_at timestamptz)
       ), subject as (
         insert into subjects (id, tenant, key, kind, provider, org, repo, branch, pr_id, image_name, host_id)
         select distinct on (subject_id) subject_id, $1, key, kind, subject_provider, org, repo, branch, pr_id,
                image_name, host_id
           from candidate order by subject_id
         on conflict do nothing
       )
       insert into subject_scans as known
         (tenant, subject_id, tool, scan_id, receipt_id, sbom_id, findings_digest, findings_set, version,
          provider, run_number, run_started_at, accepted_at, scanned_at)
       select $1, subject_id, tool, scan_id, receipt_id, sbom_id, findings_digest, findings_set, 1,
              provider, run_number, run_started_at, accepted_at, $3
         from candidate
       on conflict (subject_id, tool) do update set
         scan_id = excluded.scan_id, receipt_id = excluded.receipt_id, sbom_id = excluded.sbom_id,
         findings_digest = excluded.findings_digest,
         previous_set = known.findings_set, findings_set = excluded.findings_set, version = known.version + 1,
         provider = excluded.provider, run_number = excluded.run_number, run_started_at = excluded.run_started_at,
         accepted_at = excluded.accepted_at, scanned_at = excluded.scanned_at
       where case
         when excluded.run_started_at <> known.run_started_at then excluded.run_started_at > known.run_started_at
         when excluded.provider = known.provider and excluded.run_number <> known.run_number
           then excluded.run_number > known.run_number
         else excluded.accepted_at >= known.accepted_at
       end
       returning subject_id as "subjectId", tool, previous_set as "previousSet"`,
      [tx.tenant, JSON.stringify(rows), tx.now],
    );
  }

  /** The newest scan of a subject by a tool, locked; null if there is none. */
  async lockScan(tx: Transaction, subjectId: Uuid, tool: string): Promise<SubjectScan | null> {
    const [row] = await tx.query<SubjectScan>(
      `select tool, scan_id as "scanId", receipt_id as "receiptId", sbom_id as "sbomId",
              findings_digest as "findingsDigest", findings_set as "findingsSet"
         from subject_scans where subject_id = $1 and tool = $2 for update`,
      [subjectId, tool],
    );
    return row ?? null;
  }

  /** The same scan, said anew because the advisories changed; gives the new version. */
  async restate(tx: Transaction, subjectId: Uuid, scan: SubjectScan): Promise<number> {
    const [row] = await tx.query<{ version: number }>(
      `update subject_scans set findings_digest = $3, previous_set = findings_set, findings_set = $4, version = version + 1
        where subject_id = $1 and tool = $2 returning version`,
      [subjectId, scan.tool, scan.findingsDigest, scan.findingsSet],
    );
    return row!.version;
  }

  /** What stands open of a subject by a tool, in full. */
  async openInFull(tx: Transaction, subjectId: Uuid, tool: string): Promise<PlacedFinding[]> {
    return tx.query<PlacedFinding>(
      'select place, body as finding from findings where subject_id = $1 and tool = $2 and known_until is null',
      [subjectId, tool],
    );
  }

  /** What stands open of subjects by tools, by `openKey`. */
  async openOf(
    tx: Transaction,
    of: readonly { readonly subjectId: Uuid; readonly tool: string }[],
  ): Promise<Map<string, OpenFinding[]>> {
    const rows = await tx.query<OpenFinding & { subjectId: Uuid; tool: string }>(
      `select f.id, f.key, f.content, f.subject_id as "subjectId", f.tool
         from unnest($1::uuid[], $2::text[]) as wanted (subject_id, tool)
         join findings f on f.subject_id = wanted.subject_id and f.tool = wanted.tool and f.known_until is null`,
      [of.map(({ subjectId }) => subjectId), of.map(({ tool }) => tool)],
    );
    return Map.groupBy(rows, openKey);
  }

  /** Ends intervals, of what is gone or has changed. */
  async end(tx: Transaction, ids: readonly Uuid[]): Promise<void> {
    await tx.query('update findings set known_until = $2 where id = any($1::uuid[])', [ids, tx.now]);
  }

  /** Begins intervals. What was ever seen at the same place keeps the day it was first seen. */
  async begin(tx: Transaction, begun: readonly BegunFinding[]): Promise<void> {
    await tx.query(
      `insert into findings
         (id, tenant, subject_id, tool, key, finding_id, place, kind, group_id, vulnerability_id, severity_rank, kev, epss,
          purl, body, content, known_from, first_seen_at)
       select gen_random_uuid(), $1, f.subject_id, f.tool, f.key, f.finding_id, f.place, f.kind, f.group_id,
              f.vulnerability_id, f.severity_rank, f.kev, f.epss, f.purl, f.body, f.content, $2,
              coalesce((select min(o.first_seen_at) from findings o
                         where o.subject_id = f.subject_id and o.key = f.key), $2)
         from json_to_recordset($3::json) as f (
           subject_id uuid, tool text, key text, finding_id uuid, place text, kind text, group_id uuid,
           vulnerability_id text, severity_rank smallint, kev boolean, epss real, purl text, body jsonb, content text)`,
      [tx.tenant, tx.now, JSON.stringify(begun.map(toFindingRow))],
    );
  }
}

/** What names a subject's scans by one tool. */
export function openKey({ subjectId, tool }: { readonly subjectId: Uuid; readonly tool: string }): string {
  return `${subjectId} ${tool}`;
}

function toRow({ subject, scan, order }: Candidate) {
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
    tool: scan.tool,
    scan_id: scan.scanId,
    receipt_id: scan.receiptId,
    sbom_id: scan.sbomId,
    findings_digest: scan.findingsDigest,
    findings_set: scan.findingsSet,
    provider: order.provider,
    run_number: order.runNumber,
    run_started_at: order.runStartedAt,
    accepted_at: order.acceptedAt,
  };
}

function toFindingRow({ subjectId, tool, placed }: BegunFinding) {
  const { finding, place } = placed;
  return {
    subject_id: subjectId,
    tool,
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
    body: finding,
    content: contentOf(placed),
  };
}

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

/** What was there when a scan became the newest. */
export interface Superseded {
  /** Grows with each scan of the subject by this tool. */
  readonly version: number;
  /** The set of findings before, null at the first scan. */
  readonly previousSet: string | null;
}

/** What each subject's newest scans say, and the intervals of what was found. */
@Injectable()
export class SubjectFindingsStore {
  /**
   * Makes the scan the subject's newest of its tool, and takes the lock that everything about the two of them needs; null if
   * a newer run has been seen. Runs are ordered by start, else by number with the same provider, else by acceptance.
   */
  async supersede(
    tx: Transaction,
    subject: ScannedSubject,
    scan: SubjectScan,
    order: RunOrder,
  ): Promise<Superseded | null> {
    const [row] = await tx.query<{ version: number; previous_set: string | null }>(
      `with subject as (
         insert into subjects (id, tenant, key, kind, provider, org, repo, branch, pr_id, image_name, host_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict do nothing
       )
       insert into subject_scans as known
         (tenant, subject_id, tool, scan_id, receipt_id, sbom_id, findings_digest, findings_set, version,
          provider, run_number, run_started_at, accepted_at, scanned_at)
       values ($2, $1, $12, $13, $14, $15, $16, $17, 1, $18, $19::numeric, $20::timestamptz, $21::timestamptz, $22)
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
       returning version, previous_set`,
      [
        subject.id,
        tx.tenant,
        subject.key,
        subject.kind,
        subject.provider,
        subject.org,
        subject.repo,
        subject.branch,
        subject.prId,
        subject.imageName,
        subject.hostId,
        scan.tool,
        scan.scanId,
        scan.receiptId,
        scan.sbomId,
        scan.findingsDigest,
        scan.findingsSet,
        order.provider,
        order.runNumber,
        order.runStartedAt,
        order.acceptedAt,
        tx.now,
      ],
    );
    return row === undefined ? null : { version: row.version, previousSet: row.previous_set };
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

  /** What stands open of a subject by a tool. */
  async openOf(tx: Transaction, subjectId: Uuid, tool: string): Promise<OpenFinding[]> {
    return tx.query<OpenFinding>(
      'select id, key, content from findings where subject_id = $1 and tool = $2 and known_until is null',
      [subjectId, tool],
    );
  }

  /** Ends intervals, of what is gone or has changed. */
  async end(tx: Transaction, ids: readonly Uuid[]): Promise<void> {
    await tx.query('update findings set known_until = $2 where id = any($1::uuid[])', [ids, tx.now]);
  }

  /** Begins intervals. What was ever seen at the same place keeps the day it was first seen. */
  async begin(tx: Transaction, subjectId: Uuid, tool: string, found: readonly PlacedFinding[]): Promise<void> {
    const findings = found.map(({ finding }) => finding);
    await tx.query(
      `insert into findings
         (id, tenant, subject_id, tool, key, finding_id, place, kind, group_id, vulnerability_id, severity_rank, kev, epss,
          purl, body, content, known_from, first_seen_at)
       select gen_random_uuid(), $1, $2, $3, f.key, f.finding_id, f.place, f.kind, f.group_id, f.vulnerability_id,
              f.severity_rank, f.kev, f.epss, f.purl, f.body, f.content, $4,
              coalesce((select min(o.first_seen_at) from findings o where o.subject_id = $2 and o.key = f.key), $4)
         from unnest($5::text[], $6::uuid[], $7::text[], $8::text[], $9::uuid[], $10::text[], $11::smallint[],
                     $12::boolean[], $13::real[], $14::text[], $15::jsonb[], $16::text[])
              as f (key, finding_id, place, kind, group_id, vulnerability_id, severity_rank, kev, epss, purl, body, content)`,
      [
        tx.tenant,
        subjectId,
        tool,
        tx.now,
        findings.map((finding) => finding.key),
        findings.map((finding) => derivedId('finding', subjectId, finding.key)),
        found.map((placed) => placed.place),
        findings.map((finding) => finding.kind),
        findings.map((finding) => finding.group),
        findings.map((finding) => finding.vulnerabilityId),
        findings.map((finding) => severities.indexOf(finding.severity)),
        findings.map((finding) => finding.kev !== null),
        findings.map((finding) => finding.epss?.score ?? null),
        findings.map((finding) => finding.component?.purl ?? null),
        findings.map((finding) => JSON.stringify(finding)),
        found.map(contentOf),
      ],
    );
  }
}

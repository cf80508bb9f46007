import type { BenchmarkHead, ScanHead } from '@assay/benchmarks';
import type { Principal } from '@assay/identity';
import { isUuid, type Uuid } from '@assay/kernel';
import { LOGGER } from '@assay/service-host';
import type { Logger } from '@assay/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { AgentHost } from '../agents/hosts/agent-host.js';
import { AcceptDocument } from '../ingest/accept-document.service.js';
import { scanIdsOf } from '../ingest/announced-benchmark.js';
import { Admission } from '../ingest/admission.service.js';
import { forbidden } from '../ingest-gateway.errors.js';
import { FindHost } from './find-host.service.js';
import { hostOrigin } from './host-origin.js';
import { ReadSubmission, type Submission } from './read-submission.service.js';

/** A scan that was accepted. */
export interface SubmittedScan {
  readonly scanId: Uuid;
  readonly scan: ScanHead;
}

/**
 * Accepts what a PatchMon agent found out about its host. The agent sends it once: when this returns, the bytes and the receipt are
 * durable, and the scores are known, whether or not compliance is there to record them.
 */
@Injectable()
export class SubmitScans {
  constructor(
    private readonly admission: Admission,
    private readonly readSubmission: ReadSubmission,
    private readonly findHost: FindHost,
    private readonly acceptDocument: AcceptDocument,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** The scans, without those whose scanner is switched off for the host. @throws AssayError as `ReadSubmission`, `Admission`, `AcceptDocument` */
  async execute(request: FastifyRequest, caller: Principal): Promise<SubmittedScan[]> {
    const hostId = hostOf(caller);
    await this.admission.check(caller);
    const submission = await this.readSubmission.execute(request);
    await using content = submission.content;
    const { head } = submission;
    this.compareHash(head, hostId);
    const host = await this.findHost.byId(caller, hostId);
    const kept = head.scans.map(({ profileType }) => host === null || isOn(host, profileType));
    if (!kept.includes(true)) return [];
    const receipt = await this.acceptDocument.execute({
      caller,
      kind: 'benchmark',
      dialect: 'patchmon',
      tool: null,
      origin: hostOrigin(hostId),
      documents: [{ role: 'benchmark', content, mediaType: 'application/json' }],
      repeatable: repeatableOf(submission),
      benchmark: { form: 'patchmon', hostId, hostname: head.host.hostname, kept },
    });
    return scanIdsOf(receipt.id, { kept }).flatMap((scanId, number) =>
      scanId === null ? [] : [{ scanId, scan: head.scans[number]! }],
    );
  }

  /** A hash that disagrees says that we read something else than was sent; the scan is worth more than the hash. */
  private compareHash({ complianceHash }: BenchmarkHead, hostId: Uuid): void {
    if (complianceHash === null || complianceHash.agrees) return;
    this.log.warn({ hostId, ...complianceHash }, 'the compliance hash of a submission is not that of its content');
  }
}

/** @throws AssayError `benchmarks.no-host` */
function hostOf({ scope }: Principal): Uuid {
  const [hostId, ...others] = scope.hosts ?? [];
  if (hostId !== undefined && others.length === 0 && isUuid(hostId)) return hostId;
  throw forbidden('benchmarks.no-host', 'Only the agent of a host may submit its scans');
}

/** Images have no switch of their own (`wire/patchmon.md` §3.4). */
function isOn(host: AgentHost, type: ScanHead['profileType']): boolean {
  if (type === 'openscap') return host.openscap;
  return type !== 'docker-bench' || host.dockerBench;
}

/**
 * The agent sends the same bytes again after a time-out, which may come after we have committed. Only where each scan says
 * when it began are the same bytes the same scans.
 */
function repeatableOf({ content, head }: Submission): { route: string; key: string } | null {
  const isDated = head.scans.every(({ startedAt }) => startedAt !== null);
  return isDated ? { route: 'POST /api/v1/compliance/scans', key: content.digest } : null;
}

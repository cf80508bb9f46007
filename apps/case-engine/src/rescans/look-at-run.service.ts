import type { Finding } from '@assay/contracts';
import { type Digest, asAssayError, type TenantSlug } from '@assay/kernel';
import { Injectable } from '@nestjs/common';
import type { Exception, Place } from '../exceptions/exception.js';
import { judge, type Judged } from '../findings/judgement.js';
import { type FindingsRef, ReadFindings } from '../findings/read-findings.service.js';
import { unionOf } from '../findings/union.js';
import { findingsRefOf } from '../runs/docket.js';
import type { Run, RunDocument } from '../runs/run.js';
import type { RunRescanCounts, StopReason } from './rescan.js';
import type { Rematched } from './rescan-peers.client.js';
import { newsOf, type RunNews } from './run-news.js';
import type { LookedAt } from './run-news.store.js';

/** Why a run cannot be looked at: `stopped` by what is not what it was, `failed` by a fault of ours. */
export interface Unreadable {
  readonly state: 'stopped' | 'failed';
  readonly reason: StopReason;
}

/** What was found in a run by today's advisories, judged by today's exceptions, and what of it is new. */
export interface Look extends RunNews {
  readonly counts: Omit<RunRescanCounts, 'newCount' | 'newExceptedCount' | 'newKevCount'>;
}

/** The documents of a run with what was found in them now. */
export function rematchedRun(run: Run, rematched: ReadonlyMap<string, Rematched>): Run | Unreadable {
  const documents: RunDocument[] = [];
  for (const document of run.documents) {
    const { tool, documentDigest: digest } = document;
    const now = rematched.get(document.scanId);
    if (now === undefined || now.problem !== undefined) {
      const status = `${now?.problem ?? 'missing'}-document`;
      return { state: 'stopped', reason: { status, message: 'The document cannot be read any more.', tool, digest } };
    }
    const { findings, findingsContent, engines } = now;
    documents.push({
      ...document,
      findingsDigest: findings.digest,
      findingsSize: findings.size,
      findingsContent,
      engines: engines.length > 0 ? engines : document.engines,
    });
  }
  return { ...run, documents };
}

/** Looks at one run: judges what is found now, and compares it with what was found the last time. */
@Injectable()
export class LookAtRun {
  constructor(private readonly readFindings: ReadFindings) {}

  /** @throws AssayError `unavailable` while the artifact store is away */
  async execute(
    tenant: TenantSlug,
    run: { readonly before: Run; readonly now: Run; readonly lookedAt: readonly LookedAt[] | undefined },
    rules: { readonly exceptions: readonly Exception[]; readonly place: Place; readonly at: Date },
  ): Promise<Look | Unreadable> {
    const then = run.before.documents.map((document) => {
      const last = run.lookedAt?.find(({ scanId }) => scanId === document.scanId);
      return last ?? findingsRefOf(document);
    });
    try {
      const now = run.now.documents.map(findingsRefOf);
      const judged = judge(unionOf(await this.read(tenant, now)), rules.exceptions, rules.place, rules.at);
      const isSame = then.every(({ content }, at) => content !== null && content === now[at]!.content);
      const news = isSame ? nothing : newsOf((await this.read(tenant, then)).flat(), judged);
      return { ...news, counts: countsOf(judged) };
    } catch (error) {
      const { kind, code, message } = asAssayError(error);
      if (kind === 'unavailable') throw error;
      const state = code.startsWith('artifacts.') ? 'stopped' : 'failed';
      return { state, reason: { status: 'damaged-findings', message, tool: null, digest: null } };
    }
  }

  private read(
    tenant: TenantSlug,
    refs: readonly (FindingsRef | { digest: Digest; content: null })[],
  ): Promise<(readonly Finding[])[]> {
    return Promise.all(refs.map(({ digest, content }) => this.readFindings.execute(tenant, { digest, content })));
  }
}

const nothing: RunNews = { fresh: [], freshKev: [] };

function countsOf(judged: readonly Judged[]): Look['counts'] {
  const open = judged.filter(({ state }) => state === 'open');
  return {
    presentCount: open.length,
    presentKevCount: open.filter(({ finding }) => finding.kev !== null).length,
    exceptedCount: judged.length - open.length,
  };
}

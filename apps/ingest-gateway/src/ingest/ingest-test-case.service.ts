import { Spool } from '@assay/artifacts';
import type { Principal } from '@assay/identity';
import { InternalHttp } from '@assay/service-host';
import { Injectable } from '@nestjs/common';
import { Admission } from './admission.service.js';
import { AwaitVerdict } from './await-verdict.service.js';
import { mustCover } from './ingest-document.service.js';
import { stillJudging } from './ingest-securecase.service.js';
import { limits } from '../limits.js';
import { emptyReport, originOfTestCase, type TestCase } from './test-case.js';

/** What SecureCase's first generation answers. */
export interface TestCaseAnswer {
  readonly status: 'created' | 'updated';
  readonly receiptId: string;
}

/**
 * SecureCase's test ingest: a case that somebody makes up, judged as a run in which nothing was found. It is kept apart from
 * the cases of real builds, which nobody resolves this way.
 */
@Injectable()
export class IngestTestCase {
  constructor(
    private readonly admission: Admission,
    private readonly spool: Spool,
    private readonly awaitVerdict: AwaitVerdict,
    private readonly http: InternalHttp,
  ) {}

  /** @throws AssayError as `IngestSecureCase` */
  async execute(given: TestCase, caller: Principal): Promise<TestCaseAnswer> {
    await this.admission.check(caller);
    const origin = originOfTestCase(given);
    mustCover(caller, origin);
    const isKnown = await this.isKnown(caller, origin);
    await using content = await this.spool.spool(emptyReport());
    const document = { role: 'report', content, mediaType: 'application/json' };
    const { receipt, judgement } = await this.awaitVerdict.execute(
      { caller, kind: 'report', tool: 'trivy', dialect: 'securecase', origin, documents: [document], repeatable: null },
      limits.secureCaseWaitSeconds * 1_000,
    );
    if (judgement === null) throw stillJudging(receipt.id);
    return { status: isKnown ? 'updated' : 'created', receiptId: receipt.id };
  }

  private async isKnown(
    principal: Principal,
    of: { readonly provider: string; readonly org: string },
  ): Promise<boolean> {
    const query = new URLSearchParams({ provider: of.provider, org: of.org, limit: '1' });
    const path = `/api/v1/cases?${query.toString()}`;
    return (await this.http.json<unknown[]>('case-engine', { method: 'GET', path, principal })).length > 0;
  }
}

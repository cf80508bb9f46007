import type { Subject } from '@assay/contracts';
import { subjectSchema } from '@assay/contracts';
import { servicePrincipal } from '@assay/identity';
import { AssayError, type TenantSlug, type Uuid } from '@assay/kernel';
import { InternalHttp } from '@assay/service-host';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';

/** What a receipt is about, as far as the gateway knows by now. */
export interface ReceiptAbout {
  readonly subject: Subject | null;
  readonly commitSha: string | null;
  readonly caseId: number | null;
  readonly runId: Uuid | null;
}

const answer = z.object({
  subject: subjectSchema.nullable(),
  origin: z.object({ commitSha: z.string().nullable() }),
  result: z.object({ runId: z.uuid(), caseId: z.number().int().nullable() }).nullable(),
});

/** Asks the gateway whose documents a receipt brought: the signer's events name the receipt alone, and there are few of them. */
@Injectable()
export class ReceiptSubjects {
  constructor(private readonly http: InternalHttp) {}

  /** Null where nobody can tell: an alert that does not say where is better than none. @throws AssayError `unavailable` for now */
  async of(tenant: TenantSlug, receiptId: Uuid): Promise<ReceiptAbout | null> {
    try {
      const principal = servicePrincipal('alerting', tenant);
      const path = `/api/v1/receipts/${receiptId}`;
      const receipt = answer.parse(await this.http.json('ingest-gateway', { method: 'GET', path, principal }));
      const { subject, origin, result } = receipt;
      const { caseId = null, runId = null } = result ?? {};
      return { subject, commitSha: origin.commitSha, caseId, runId };
    } catch (error) {
      if (error instanceof AssayError && error.kind === 'unavailable') throw error;
      return null;
    }
  }
}

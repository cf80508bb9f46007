import type { Api } from './api.js';
import type { CiDocument } from './documents.js';
import type { WebhookReceiver } from './webhook-receiver.js';

/** What one document left behind, in words that do not depend on random ids: comparable between two runs. */
export interface Trace {
  readonly receipt: string;
  /** The HTTP status of its signed verdict. */
  readonly verdict: number;
  readonly findings: readonly string[];
  readonly case: unknown;
  readonly webhooks: number;
  readonly audit: readonly string[];
}

/** Belongs to whichever document was the first to be signed, which is chance. */
const firstOfTenant = 'signing.key.created.v1';

interface FindingRow {
  readonly kind: string;
  readonly vulnerabilityId: string;
  readonly target: string;
  readonly component: { readonly purl: string | null } | null;
}

/** Everything a list gives, page by page. */
export async function allOf<Item>(api: Api, path: string): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const next: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { status, body } = await api.get<{ items: Item[]; nextCursor: string | null }>(`${path}&limit=500${next}`);
    if (status !== 200) throw new Error(`${path} answers ${status}: ${JSON.stringify(body)}`);
    items.push(...body.items);
    cursor = body.nextCursor;
  } while (cursor !== null);
  return items;
}

/** What the document with this receipt left behind: in scanner, case-engine, alerting and audit. */
export async function traceOf(
  api: Api,
  document: CiDocument,
  receiptId: string,
  receiver: WebhookReceiver,
): Promise<Trace> {
  const receipt = await api.get<{ status: string; result: { runId: string } | null }>(`/api/v1/receipts/${receiptId}`);
  const verdict = await api.get(`/api/v1/runs/${receipt.body.result?.runId ?? 'none'}/verdict`);
  const findings = await allOf<FindingRow>(api, `/api/v1/findings?repo=${encodeURIComponent(document.repo)}`);
  const repo = document.repo.split('/')[1] ?? '';
  const cases = await api.get<Record<string, unknown>[]>(`/api/v1/cases?repo=${repo}`);
  const entries = await allOf<{ action: string }>(api, `/api/v1/audit/entries?receipt=${receiptId}`);
  const ids = new Set(receiver.received.filter(({ body }) => body.includes(`"${repo}"`)).map(({ id }) => id));
  return {
    receipt: receipt.body.status,
    verdict: verdict.status,
    findings: findings.map((f) => [f.kind, f.vulnerabilityId, f.target, f.component?.purl ?? ''].join('|')).toSorted(),
    case: cases.body.map(({ status, critical_count, high_count, max_severity, version }) => ({
      status,
      critical_count,
      high_count,
      max_severity,
      version,
    })),
    webhooks: ids.size,
    audit: entries
      .map(({ action }) => action)
      .filter((action) => action !== firstOfTenant)
      .toSorted(),
  };
}

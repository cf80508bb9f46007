import { demand } from './bench.js';
import type { HttpClient } from './http-client.js';

/** A receipt in the list of the gateway (`GET /api/v1/receipts`). */
export interface ReceiptSummary {
  readonly id: string;
  readonly status: 'accepted' | 'processing' | 'done' | 'failed';
  readonly result: { readonly counts: Readonly<Record<string, number>> } | null;
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
  readonly total?: number;
}

/** How many accepted requests are not judged yet. Asked seldom: it is the product's own exact count. */
export async function waitingReceipts(client: HttpClient): Promise<number> {
  const count = async (status: ReceiptSummary['status']): Promise<number> => {
    const page = await client.read<Page<ReceiptSummary>>(`/api/v1/receipts?status=${status}&limit=1&count=true`);
    return page.total ?? 0;
  };
  demand((await count('failed')) === 0, 'a receipt failed');
  return (await count('accepted')) + (await count('processing'));
}

/** All receipts, newest first, page by page. */
export async function* allReceipts(client: HttpClient): AsyncGenerator<ReceiptSummary> {
  let cursor: string | null = null;
  do {
    const next: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: Page<ReceiptSummary> = await client.read(`/api/v1/receipts?limit=500${next}`);
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

/** Nothing was given up by any service. */
export async function demandNoDeadLetters(client: HttpClient): Promise<void> {
  const { items } = await client.read<Page<unknown>>('/api/v1/dead-letters?limit=10');
  demand(items.length === 0, 'there are dead letters', items);
}

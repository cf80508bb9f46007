import { Readable } from 'node:stream';
import { changeClosedV1, changeReopenedV1 } from '@assay/contracts';
import { TextSeal } from '@assay/identity';
import { AssayError, digestOf, isUuid } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { bodyOf } from '@assay/service-host';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type GatewayErrorCode, invalid } from '../ingest-gateway.errors.js';
import { limits } from '../limits.js';
import type { ChangeHook, ChangeNews, Forge } from './change-hook.js';
import { CHANGE_HOOK_SEAL } from './change-hooks.tokens.js';
import { ChangeHooksStore, type StoredHook } from './change-hooks.store.js';
import { readChangeNews } from './read-change-news.js';
import { isSigned } from './signatures.js';

/** What became of a delivery: it was news, it came before, or it speaks of nothing that we follow. */
export type Reception = 'accepted' | 'repeated' | 'ignored';

/** Under which name a forge tells one delivery from the next. GitLab has had one since 17.4. */
const deliveryHeaders: Readonly<Record<Forge, readonly string[]>> = {
  github: ['x-github-delivery'],
  gitlab: ['webhook-id', 'idempotency-key', 'x-gitlab-event-uuid'],
  gitea: ['x-gitea-delivery'],
};

/** Takes what a forge tells: reads no more than it may, believes no word before the signature, and counts nothing twice. */
@Injectable()
export class ReceiveChangeNews {
  constructor(
    private readonly transactions: Transactions,
    private readonly hooks: ChangeHooksStore,
    @Inject(CHANGE_HOOK_SEAL) private readonly seal: TextSeal,
  ) {}

  /**
   * @throws AssayError `change-hooks.unsigned` for a hook that is none and a signature that does not fit: a stranger does
   *   not learn which; `change-hooks.too-large`, `change-hooks.malformed`
   */
  async execute(id: string, { body: stream, headers }: FastifyRequest): Promise<Reception> {
    const hook = isUuid(id) ? await this.transactions.runAcrossTenants((tx) => this.hooks.find(tx, id)) : null;
    if (hook === null) throw unsigned();
    const body = await bytesOf(stream);
    const now = new Date();
    if (!isSigned(hook.forge, headers, body, this.secretOf(hook), now)) throw unsigned();

    const news = newsOf(hook, headers, body, now);
    if (news === null) return 'ignored';
    const { tenant } = hook;
    return this.transactions.run({ tenant, actor: `hook:${hook.id}` }, async (tx) => {
      const name = deliveryHeaders[hook.forge].map((header) => headers[header]).find((each) => each !== undefined);
      const delivery = { tenant, hookId: hook.id, id: String(name ?? '').slice(0, 200), body: digestOf(body) };
      if (!(await this.hooks.receive(tx, delivery))) return 'repeated';
      publish(tx, hook, news);
      return 'accepted';
    });
  }

  private secretOf({ id, sealedSecret }: StoredHook): string {
    return this.seal.open(sealedSecret, id);
  }
}

function newsOf(hook: ChangeHook, headers: FastifyRequest['headers'], body: Buffer, now: Date): ChangeNews | null {
  try {
    return readChangeNews(hook.forge, headers, JSON.parse(body.toString('utf8')), now);
  } catch {
    throw invalid('change-hooks.malformed', `This is no event of ${hook.forge} that we can read.`);
  }
}

function publish(tx: Transaction, { id: hookId, provider }: ChangeHook, news: ChangeNews): void {
  const { org, repo, prId, what, mergeCommitSha } = news;
  const change = { hookId, provider, org, repo, prId, at: news.at.toISOString() };
  const subject = `${provider}/${org}/${repo}/${prId}`;
  if (what === 'reopened') tx.publish(changeReopenedV1, change, { subject });
  else tx.publish(changeClosedV1, { ...change, as: what, mergeCommitSha }, { subject });
}

async function bytesOf(body: unknown): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  if (body instanceof Readable) {
    for await (const chunk of bodyOf(body, limits.refusedBodyPatienceMs)) {
      bytes += chunk.length;
      if (bytes > limits.changeHookBodyBytes) {
        throw invalid('change-hooks.too-large', `The body is larger than ${limits.changeHookBodyBytes} bytes.`);
      }
      chunks.push(chunk);
    }
  }
  return Buffer.concat(chunks);
}

function unsigned(): Error {
  const code: GatewayErrorCode = 'change-hooks.unsigned';
  return new AssayError('forbidden', code, 'There is no such hook, or the signature is not that of its secret.');
}

import { TextSeal } from '@assay/identity';
import { digestOf, newId } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { IdempotencyStore } from '../../ingest/idempotency.store.js';
import type { Repeatable } from '../../ingest/repeatable.js';
import { conflict } from '../../ingest-gateway.errors.js';
import { ANSWER_SEAL } from './hosts.tokens.js';

/**
 * Gives a repeated request the answer of the first. The answer of an enrolment holds a key that is kept nowhere else, so
 * it lies sealed beside the `Idempotency-Key`, and only as long as that: who lost the answer would else have a host
 * whose key nobody knows.
 */
@Injectable()
export class AnswerOnce {
  constructor(
    private readonly idempotency: IdempotencyStore,
    @Inject(ANSWER_SEAL) private readonly seal: TextSeal,
  ) {}

  /** @throws AssayError `ingest.idempotency-key-reused` where the key stood for another request */
  async execute<Answer>(
    tx: Transaction,
    repeatable: Repeatable | null,
    request: object,
    answer: () => Promise<Answer>,
  ): Promise<Answer> {
    if (repeatable === null) return answer();
    const digest = digestOf(JSON.stringify(request));
    const claim = { ...repeatable, principal: tx.actor, digest };
    const own = newId();
    const first = await this.idempotency.claim(tx, claim, own);
    if (first.digest !== digest) {
      throw conflict('ingest.idempotency-key-reused', 'This Idempotency-Key was used for another request.');
    }
    const kept = first.receiptId === own ? null : await this.idempotency.answerOf(tx, claim);
    if (kept !== null) return JSON.parse(this.seal.open(kept, tx.tenant)) as Answer;
    const given = await answer();
    await this.idempotency.keepAnswer(tx, claim, this.seal.seal(JSON.stringify(given), tx.tenant));
    return given;
  }
}

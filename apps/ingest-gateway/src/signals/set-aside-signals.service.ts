import { hash } from 'node:crypto';
import { ArtifactStore, type SpooledContent } from '@assay/artifacts';
import { type ArtifactRef, signalsSetAsideV1 } from '@assay/contracts';
import { newId, type TenantSlug, type Uuid } from '@assay/kernel';
import { DeadLettersStore, type NewDeadLetter, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { GroupCommit } from '../ingest/group-commit.js';
import type { GatewayErrorCode } from '../ingest-gateway.errors.js';
import { limits } from '../limits.js';
import { setAsideConsumer, type SetAsideData } from './set-aside.js';
import { uuidOf } from './signal-identity.js';

/** A signal that is answered and yet not taken in, with the reason. */
export interface SignalToSetAside {
  readonly tenant: TenantSlug;
  readonly actor: string;
  readonly credentialId: Uuid | null;
  readonly hostId: string | null;
  readonly signalId: string | null;
  readonly code: GatewayErrorCode;
  readonly message: string;
  /** As it came. */
  readonly content: Buffer | SpooledContent;
}

interface Stored extends SignalToSetAside {
  readonly letter: NewDeadLetter;
}

/**
 * Puts signals that can't be taken in where an operator sees them: among the dead letters, each once however often it is
 * sent. Agents are answered that all is well: they would send it for ever, and nothing else after it (`wire/santamon.md` §7).
 */
@Injectable()
export class SetAsideSignals {
  private readonly groups = new GroupCommit<Stored>({
    write: (group) => this.write(group),
    maxItems: limits.groupMaxSetAside,
  });

  constructor(
    private readonly transactions: Transactions,
    private readonly artifacts: ArtifactStore,
    private readonly deadLetters: DeadLettersStore,
  ) {}

  /** Resolves once it is durable. @throws AssayError `persistence.unavailable`, `artifacts.unavailable` */
  async execute(signal: SignalToSetAside): Promise<void> {
    await this.groups.commit({ ...signal, letter: await this.letterOf(signal) });
  }

  private async letterOf(signal: SignalToSetAside): Promise<NewDeadLetter> {
    const { tenant, actor, credentialId, code, message, content } = signal;
    const isText = Buffer.isBuffer(content) && content.length <= limits.setAsideTextBytes;
    const document: ArtifactRef | null = isText ? null : await this.artifacts.put(tenant, content, 'application/json');
    const text = isText ? content.toString('utf8') : null;
    const data: SetAsideData = { text, document, credentialId };
    const digest = document?.digest ?? hash('sha256', text ?? '', 'hex');
    const type = signalsSetAsideV1.type;
    return {
      id: newId(),
      consumer: setAsideConsumer,
      // The same signal that is sent again is the same letter.
      eventId: uuidOf(hash('sha256', [tenant, code, credentialId, digest].join('\0'), 'hex')),
      type,
      kind: code === 'signals.foreign-host' ? 'forbidden' : code === 'signals.other-content' ? 'conflict' : 'invalid',
      code,
      message,
      attempts: 1,
      envelope: JSON.stringify({ id: newId(), type, tenant, actor, time: new Date().toISOString(), data }),
    };
  }

  private async write(group: readonly Stored[]): Promise<void[]> {
    for (const [tenant, signals] of Map.groupBy(group, (signal) => signal.tenant)) {
      await this.transactions.run({ tenant }, async (tx) => {
        const added = await this.deadLetters.addAll(
          tx,
          signals.map(({ letter }) => letter),
        );
        const isNew = new Map(added.filter((letter) => letter.isNew).map(({ id, eventId }) => [eventId, id]));
        const news = [...Map.groupBy(signals, ({ letter }) => letter.eventId)].flatMap(([eventId, [first]]) => {
          const deadLetterId = isNew.get(eventId);
          if (deadLetterId === undefined || first === undefined) return [];
          const { hostId, signalId, code, message } = first;
          return [{ deadLetterId, hostId, signalId, code, message }];
        });
        if (news.length > 0) tx.publish(signalsSetAsideV1, { signals: news });
      });
    }
    return group.map(() => undefined);
  }
}

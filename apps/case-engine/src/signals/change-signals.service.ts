import type { Principal } from '@assay/identity';
import type { Uuid } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { conflict, notFound } from '../case-engine.errors.js';
import { limits } from '../limits.js';
import { ApplySignalChange } from './apply-signal-change.service.js';
import { ReadSignals, type SignalFilter } from './read-signals.service.js';
import { ReadSignalsStore } from './read-signals.store.js';
import type { ChangedSignals, SignalChange } from './signal.js';
import { type Scope, SignalScope } from './signal-scope.service.js';

/** Changes signals for somebody who may see them. */
@Injectable()
export class ChangeSignals {
  constructor(
    private readonly transactions: Transactions,
    private readonly signals: ReadSignalsStore,
    private readonly read: ReadSignals,
    private readonly apply: ApplySignalChange,
    private readonly scope: SignalScope,
  ) {}

  /** @throws AssayError `signals.no-such-signal` */
  async byId(caller: Principal, id: Uuid, change: SignalChange): Promise<void> {
    const { missing } = await this.byIds(caller, [id], change);
    if (missing.length > 0) throw notFound('signals.no-such-signal', `There is no signal ${id}`);
  }

  async byIds(caller: Principal, ids: readonly Uuid[], change: SignalChange): Promise<ChangedSignals> {
    return this.writing(caller, (tx, scope) => this.apply.execute(tx, ids, change, scope));
  }

  /** Changes what a list shows, newest first, some at a time: `more` says that another request finds more. */
  async byFilter(caller: Principal, filter: SignalFilter, change: SignalChange): Promise<ChangedSignals> {
    return this.writing(caller, async (tx, scope) => {
      const ids = await this.read.idsOf(tx, caller, filter, limits.changedAtOnce);
      const changed = await this.apply.execute(tx, ids.slice(0, limits.changedAtOnce), change, scope);
      return { ...changed, more: ids.length > limits.changedAtOnce };
    });
  }

  /**
   * Changes the one signal that its sender calls so.
   * @param host the sender's id of the host, where two hosts have it
   * @throws AssayError `signals.no-such-signal`, `signals.ambiguous` where two hosts have it and nobody says whose is meant
   */
  async bySignalId(caller: Principal, signalId: string, change: SignalChange, host?: string): Promise<void> {
    await this.writing(caller, async (tx) => {
      const scope = await this.scope.of(tx, caller, host);
      const [only, ...others] = await this.signals.called(tx, signalId, scope);
      if (only === undefined) throw notFound('signals.no-such-signal', 'Signal not found');
      if (others.length > 0) {
        const message = `Several hosts have a signal ${signalId}: say whose with host_id, or change it by our id`;
        throw conflict('signals.ambiguous', message);
      }
      await this.apply.execute(tx, [only.id], change, scope);
    });
  }

  private async writing<Result>(
    { tenant, actor, ...caller }: Principal,
    work: (tx: Transaction, scope: Scope) => Promise<Result>,
  ): Promise<Result> {
    return this.transactions.run({ tenant, actor, repeated: true }, async (tx) =>
      work(tx, await this.scope.of(tx, { tenant, actor, ...caller })),
    );
  }
}

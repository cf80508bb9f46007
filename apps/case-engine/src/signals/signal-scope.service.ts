import type { Principal } from '@assay/identity';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { CASE_ENGINE_ENV, type CaseEngineEnv } from '../case-engine.env.js';
import { firstKeptId } from './signals.store.js';
import { VisibleHostsStore } from './visible-hosts.store.js';

/** Which signals there are for somebody. */
export interface Scope {
  /** The hosts that he may see, as signals name them; null for all. */
  readonly hosts: readonly string[] | null;
  /** Hosts that are shown to others alone. */
  readonly hidden: readonly string[];
  /** Nothing with a smaller id: those are past their retention, whether or not they are gone already. */
  readonly firstKept: Uuid;
}

/** Says whose signals somebody may see, and since when they are kept. */
@Injectable()
export class SignalScope {
  constructor(
    @Inject(CASE_ENGINE_ENV) private readonly env: CaseEngineEnv,
    private readonly visible: VisibleHostsStore,
  ) {}

  /** @param wanted the only host that is asked for */
  async of(tx: Transaction, caller: Principal, wanted?: string): Promise<Scope> {
    const firstKept = this.firstKept(tx.now);
    const named = caller.scope.hosts;
    if (named !== null) {
      const hosts = await this.visible.named(tx, caller, named);
      return { hosts: wanted === undefined ? hosts : hosts.filter((id) => id === wanted), hidden: [], firstKept };
    }
    const hidden = await this.visible.hidden(tx, caller);
    if (wanted === undefined) return { hosts: null, hidden, firstKept };
    return { hosts: hidden.includes(wanted) ? [] : [wanted], hidden: [], firstKept };
  }

  /** The id from which on signals are kept at a moment. */
  firstKept(now: Date): Uuid {
    return firstKeptId(now, this.env.SIGNAL_RETENTION_DAYS);
  }
}

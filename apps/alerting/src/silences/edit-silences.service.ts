import type { Principal } from '@assay/identity';
import { newId, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { noSuch, wrongField } from '../alerting.errors.js';
import { ChangeConfiguration, refuseTooMany } from '../rules/change-configuration.service.js';
import type { Silence, SilenceScope } from './silence.policy.js';
import { SilencesStore, type StoredSilence } from './silences.store.js';

export interface SilenceChanges {
  readonly name?: string | undefined;
  readonly scope?: SilenceScope | undefined;
  readonly startsAt?: Date | undefined;
  readonly endsAt?: Date | undefined;
}

/** Makes, changes and removes silences. */
@Injectable()
export class EditSilences {
  constructor(
    private readonly configuration: ChangeConfiguration,
    private readonly silences: SilencesStore,
  ) {}

  /** `startsAt` is now unless given. @throws AssayError `alerting.bad-period`, `alerting.too-many` */
  async create(
    caller: Principal,
    wanted: Pick<Silence, 'name' | 'scope' | 'endsAt'> & { readonly startsAt?: Date | undefined },
  ): Promise<StoredSilence> {
    const work = async (tx: Transaction): Promise<StoredSilence> => {
      refuseTooMany('silence', (await this.silences.current(tx)).length);
      const { name, scope, endsAt, startsAt = tx.now } = wanted;
      return this.silences.add(tx, { id: newId(), ...inOrder({ name, scope, startsAt, endsAt }) });
    };
    return this.configuration.execute(caller, { what: 'silence', change: 'created', work });
  }

  /** @throws AssayError `alerting.no-such-silence`, `alerting.bad-period` */
  async update(caller: Principal, id: Uuid, changes: SilenceChanges): Promise<StoredSilence> {
    const work = async (tx: Transaction): Promise<StoredSilence> => {
      const silence = await this.required(tx, id);
      const changed = inOrder({
        ...silence,
        name: changes.name ?? silence.name,
        scope: changes.scope ?? silence.scope,
        startsAt: changes.startsAt ?? silence.startsAt,
        endsAt: changes.endsAt ?? silence.endsAt,
      });
      await this.silences.save(tx, changed);
      return changed;
    };
    return this.configuration.execute(caller, { what: 'silence', change: 'updated', work });
  }

  /** @throws AssayError `alerting.no-such-silence` */
  async remove(caller: Principal, id: Uuid): Promise<void> {
    const work = async (tx: Transaction): Promise<StoredSilence> => {
      const silence = await this.required(tx, id);
      await this.silences.remove(tx, id);
      return silence;
    };
    await this.configuration.execute(caller, { what: 'silence', change: 'removed', work });
  }

  private async required(tx: Transaction, id: Uuid): Promise<StoredSilence> {
    const silence = await this.silences.lock(tx, id);
    if (silence === null) throw noSuch('silence');
    return silence;
  }
}

function inOrder<Period extends { readonly startsAt: Date; readonly endsAt: Date }>(period: Period): Period {
  if (period.startsAt < period.endsAt) return period;
  throw wrongField('alerting.bad-period', 'endsAt', 'must be after startsAt');
}

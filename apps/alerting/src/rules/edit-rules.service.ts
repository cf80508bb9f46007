import type { Principal } from '@assay/identity';
import { newId, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { noSuch, wrongField } from '../alerting.errors.js';
import { ChannelsStore } from '../channels/channels.store.js';
import { limits } from '../limits.js';
import type { AlertRule } from './alert-rule.js';
import { ChangeConfiguration, refuseTooMany } from './change-configuration.service.js';
import { RulesStore, type StoredRule } from './rules.store.js';

/** Makes, changes and removes rules. */
@Injectable()
export class EditRules {
  constructor(
    private readonly configuration: ChangeConfiguration,
    private readonly rules: RulesStore,
    private readonly channels: ChannelsStore,
  ) {}

  /** @throws AssayError `alerting.unknown-channel`, `alerting.too-many` */
  async create(caller: Principal, wanted: Omit<AlertRule, 'id'>): Promise<StoredRule> {
    const work = async (tx: Transaction): Promise<StoredRule> => {
      await this.rules.ensureDefault(tx);
      refuseTooMany('rule', (await this.rules.list(tx, limits.perTenant, null)).length);
      await this.requireChannels(tx, wanted.channels);
      return this.rules.add(tx, { ...wanted, id: newId() });
    };
    return this.configuration.execute(caller, { what: 'rule', change: 'created', work });
  }

  /** Changes the given fields. @throws AssayError `alerting.no-such-rule`, `alerting.unknown-channel` */
  async update(caller: Principal, id: Uuid, changes: Partial<Omit<AlertRule, 'id'>>): Promise<StoredRule> {
    const work = async (tx: Transaction): Promise<StoredRule> => {
      await this.rules.ensureDefault(tx);
      const rule = await this.rules.lock(tx, id);
      if (rule === null) throw noSuch('rule');
      const changed = { ...rule, ...changes, updatedAt: tx.now };
      await this.requireChannels(tx, changes.channels ?? []);
      await this.rules.save(tx, changed);
      return changed;
    };
    return this.configuration.execute(caller, { what: 'rule', change: 'updated', work });
  }

  /** @throws AssayError `alerting.no-such-rule` */
  async remove(caller: Principal, id: Uuid): Promise<void> {
    const work = async (tx: Transaction): Promise<StoredRule> => {
      await this.rules.ensureDefault(tx);
      const rule = await this.rules.lock(tx, id);
      if (rule === null) throw noSuch('rule');
      await this.rules.remove(tx, id);
      return rule;
    };
    await this.configuration.execute(caller, { what: 'rule', change: 'removed', work });
  }

  private async requireChannels(tx: Transaction, ids: readonly Uuid[]): Promise<void> {
    if (ids.length === 0) return;
    const known = await this.channels.known(tx, ids);
    const unknown = ids.find((id) => !known.has(id));
    if (unknown !== undefined)
      throw wrongField('alerting.unknown-channel', 'channels', `names no channel with ${unknown}`);
  }
}

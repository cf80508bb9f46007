import { type DynamicModule, Global, Module } from '@nestjs/common';
import { systemClock } from '@assay/kernel';
import { Database } from './database.js';
import { DeadLettersStore } from './dead-letters.store.js';
import { InboxStore } from './inbox.store.js';
import { OutboxStore } from './outbox.store.js';
import { Transactions } from './transactions.js';

/** Gives a service its database: `Database`, `Transactions` and the stores of outbox, inbox and dead letters. */
@Global()
@Module({})
export class PersistenceModule {
  /** The database is opened, migrated and closed by the service host; the module only hands it out. */
  static forDatabase(database: Database): DynamicModule {
    const providers = [
      { provide: Database, useValue: database },
      { provide: Transactions, useValue: new Transactions(database, systemClock) },
      OutboxStore,
      InboxStore,
      DeadLettersStore,
    ];
    return { module: PersistenceModule, providers, exports: providers };
  }
}

import { type SignalStatus, signalStatuses } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import type { Uuid } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { decodeCursor, encodeCursor } from '@assay/service-host';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { notFound } from '../case-engine.errors.js';
import { columnsOf, type Moment } from './moment.js';
import {
  type ChangeRecord,
  placeOfRecord,
  ReadSignalsStore,
  type SignalRecord,
  type SignalWithContext,
  type WholeSignal,
} from './read-signals.store.js';
import { codeOf } from './signal.js';
import { type KindFilter, SignalKindsStore } from './signal-kinds.store.js';
import {
  beginningOfTime,
  earlier,
  endOfTime,
  type PageRange,
  placeBefore,
  type Place,
  type Strand,
} from './signal-page.js';
import { type Scope, SignalScope } from './signal-scope.service.js';

/** What a list of signals may be narrowed to; what is absent narrows nothing. */
export interface SignalFilter extends KindFilter {
  readonly status?: SignalStatus;
  readonly host?: string;
  readonly assignee?: string;
  /** Only what happened after it. */
  readonly since?: Moment;
  /** Only what happened before it. */
  readonly until?: Moment;
}

/** A part of a list, newest first. */
export interface SignalPage<Row> {
  readonly rows: readonly Row[];
  readonly nextCursor: string | null;
  /** Only where it was asked for. */
  readonly total?: number;
}

export interface PageOfSignals {
  readonly limit: number;
  readonly cursor?: string;
  readonly count?: boolean;
}

const cursorSchema = z.tuple([z.iso.datetime(), z.number().int().min(0).max(999), z.uuid()]);

/** Lists signals and shows single ones, to those who may see their hosts. */
@Injectable()
export class ReadSignals {
  constructor(
    private readonly transactions: Transactions,
    private readonly signals: ReadSignalsStore,
    private readonly kinds: SignalKindsStore,
    private readonly scope: SignalScope,
  ) {}

  /** Without contexts, which are read one by one. */
  async list(caller: Principal, filter: SignalFilter, page: PageOfSignals): Promise<SignalPage<SignalRecord>> {
    return this.reading(caller, async (tx) => {
      const found = await this.find(tx, caller, filter, page, (strand, range) => this.signals.page(tx, strand, range));
      return pageOf(found.rows, page.limit, found.total);
    });
  }

  /** With contexts, and for their sake perhaps fewer than asked for; then the cursor says that there is more. */
  async listWhole(
    caller: Principal,
    filter: SignalFilter,
    page: PageOfSignals,
  ): Promise<SignalPage<SignalWithContext>> {
    return this.reading(caller, async (tx) => {
      const { rows } = await this.find(tx, caller, filter, page, (strand, range) =>
        this.signals.pageWithContexts(tx, strand, range),
      );
      const tooHeavy = rows.findIndex(({ context }) => context === null);
      return pageOf(rows, tooHeavy === -1 ? page.limit : Math.min(tooHeavy, page.limit));
    });
  }

  /** Ids of what fits, newest first, for those who change it. */
  async idsOf(tx: Transaction, caller: Principal, filter: SignalFilter, limit: number): Promise<Uuid[]> {
    const { rows } = await this.find(tx, caller, filter, { limit }, (strand, range) =>
      this.signals.page(tx, strand, range),
    );
    return rows.map(({ id }) => id);
  }

  /** @throws AssayError `signals.no-such-signal` */
  async show(caller: Principal, id: Uuid): Promise<{ signal: WholeSignal; changes: ChangeRecord[] }> {
    return this.reading(caller, async (tx) => {
      const signal = await this.signals.find(tx, id, await this.scope.of(tx, caller));
      if (signal === null) throw notFound('signals.no-such-signal', `There is no signal ${id}`);
      return { signal, changes: await this.signals.changes(tx, id) };
    });
  }

  private async find<Row>(
    tx: Transaction,
    caller: Principal,
    filter: SignalFilter,
    { limit, cursor, count = false }: PageOfSignals,
    read: (strand: Strand, range: PageRange) => Promise<Row[]>,
  ): Promise<{ rows: Row[]; total?: number }> {
    const scope = await this.scope.of(tx, caller, filter.host);
    const strand = await this.strandOf(tx, filter, scope.hosts);
    if (strand === null) return { rows: [], ...(count && { total: 0 }) };
    const rows = await read(strand, { ...rangeOf(scope, filter, cursor), limit: limit + 1 });
    return { rows, ...(count && { total: await this.signals.count(tx, strand, rangeOf(scope, filter)) }) };
  }

  /** Along what to read; null where nothing can fit. */
  private async strandOf(
    tx: Transaction,
    filter: SignalFilter,
    hosts: readonly string[] | null,
  ): Promise<Strand | null> {
    const isOfKinds = [filter.rule, filter.severity, filter.tag, filter.search].some((part) => part !== undefined);
    const kinds = isOfKinds ? await this.kinds.matching(tx, filter) : null;
    if (kinds?.length === 0 || hosts?.length === 0) return null;
    if (filter.assignee !== undefined) return { by: 'assignee', assignee: filter.assignee, hosts, kinds };
    if (hosts === null) return kinds === null ? { by: 'tenant' } : { by: 'kind', kinds };
    if (kinds === null) return { by: 'host', hosts };
    const pairs = await this.signals.pairs(tx, hosts, kinds);
    if (pairs.length === 0) return null;
    return { by: 'pair', hosts: pairs.map(({ host_id }) => host_id), kinds: pairs.map(({ kind_id }) => kind_id) };
  }

  /** Every statement is planned once: with dozens of partitions the plan takes longer than the page. */
  private async reading<Result>(caller: Principal, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return this.transactions.run({ tenant: caller.tenant, repeated: true }, work);
  }
}

function rangeOf(
  { firstKept, hidden }: Scope,
  { status, since, until }: SignalFilter,
  cursor?: string,
): Omit<PageRange, 'limit'> {
  const end = until === undefined ? endOfTime : placeBefore(columnsOf(until));
  return {
    statuses: (status === undefined ? signalStatuses : [status]).map(codeOf),
    before: earlier(end, cursor === undefined ? null : placeOf(cursor)),
    after: since === undefined ? beginningOfTime : columnsOf(since),
    firstKept,
    hidden,
  };
}

function placeOf(cursor: string): Place {
  const [at, nanos, id] = decodeCursor(cursor, cursorSchema);
  return { at, nanos, id };
}

function pageOf<Row extends Pick<SignalRecord, 'at' | 'nanos' | 'id'>>(
  found: readonly Row[],
  limit: number,
  total?: number,
): SignalPage<Row> {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const nextCursor = found.length > limit && last !== undefined ? cursorOf(placeOfRecord(last)) : null;
  return { rows, nextCursor, ...(total !== undefined && { total }) };
}

function cursorOf({ at, nanos, id }: Place): string {
  return encodeCursor([at, nanos, id]);
}

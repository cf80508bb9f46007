import type { SignalSeverity } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { momentOfColumns, type Moment } from './moment.js';
import type { Scope } from './signal-scope.service.js';
import {
  countStatement,
  isManyKinds,
  type PageRange,
  pageStatement,
  type Place,
  type Strand,
  walkStatement,
} from './signal-page.js';

/** A signal for those who read. */
export interface SignalRecord {
  readonly id: Uuid;
  readonly host_id: string;
  readonly signal_id: string;
  readonly rule_id: string;
  readonly rule_description: string | null;
  readonly severity: SignalSeverity;
  readonly title: string;
  readonly tags: readonly string[];
  readonly ts: string;
  /** The time as PostgreSQL writes it, and what is left below its microseconds. */
  readonly at: string;
  readonly nanos: number;
  readonly received_at: Date;
  readonly status: number;
  readonly assignee: string | null;
  readonly mended: readonly string[] | null;
}

/** The same with its context, JSON as text. */
export interface SignalWithContext extends SignalRecord {
  /** Null where the page had grown too heavy before it. */
  readonly context: string | null;
}

/** Everything of one signal. */
export interface WholeSignal extends SignalRecord {
  readonly context: string;
  readonly context_document: string | null;
  readonly digest: string | null;
}

/** What was done to a signal. */
export interface ChangeRecord {
  readonly at: Date;
  readonly actor: string;
  readonly from_status: number;
  readonly to_status: number;
  readonly assignee: string | null;
  readonly comment: string | null;
  readonly reason: string | null;
}

const columns = `s.id, s.host_id, s.signal_id, kind.rule_id, kind.rule_description, kind.severity, kind.title, kind.tags, s.ts,
  s.at::text as at, s.nanos, s.received_at, s.status, s.assignee, s.mended`;

const heavier = 'over (order by s.at desc, s.nanos desc, s.id desc)';

/** Contexts as far as they weigh no more than a page may, and the first in any case. */
const withContext = `${columns}, case when row_number() ${heavier} = 1
  or sum(octet_length(s.context)) ${heavier} <= ${limits.contextsPageBytes} then s.context end as context`;

/** Signals for those who read, always newest first. */
@Injectable()
export class ReadSignalsStore {
  async page(tx: Transaction, strand: Strand, range: PageRange): Promise<SignalRecord[]> {
    return this.read<SignalRecord>(tx, columns, strand, range);
  }

  /** With contexts, as long as these weigh no more than `limits.contextsPageBytes` together. */
  async pageWithContexts(tx: Transaction, strand: Strand, range: PageRange): Promise<SignalWithContext[]> {
    return this.read<SignalWithContext>(tx, withContext, strand, range);
  }

  private async read<Row>(tx: Transaction, what: string, strand: Strand, range: PageRange): Promise<Row[]> {
    if (isManyKinds(strand, range)) {
      const { sql, values } = walkStatement(what, strand, range, Math.max(limits.walkedSignals, range.limit));
      const found = await tx.query<Row>(sql, values);
      if (found.length === range.limit) return found;
    }
    const { sql, values } = pageStatement(what, strand, range);
    return tx.query<Row>(sql, values);
  }

  async count(tx: Transaction, strand: Strand, range: Omit<PageRange, 'limit'>): Promise<number> {
    const { sql, values } = countStatement(strand, range);
    const [row] = await tx.query<{ total: string }>(sql, values);
    return Number(row?.total ?? 0);
  }

  async find(tx: Transaction, id: Uuid, { hosts, hidden, firstKept }: Scope): Promise<WholeSignal | null> {
    const [row] = await tx.query<WholeSignal>(
      `select ${columns}, s.context, s.context_document, encode(s.digest, 'hex') as digest
         from signals s join signal_kinds kind on kind.id = s.kind_id
        where s.id = $1 and $1 >= $2::uuid and ($3::text[] is null or s.host_id = any($3)) and s.host_id <> all($4::text[])`,
      [id, firstKept, hosts, hidden],
    );
    return row ?? null;
  }

  /** Signals that somebody calls so, two at most. The sender chose the id, so that two hosts may have the same. */
  async called(
    tx: Transaction,
    signalId: string,
    { hosts, hidden, firstKept }: Scope,
  ): Promise<{ readonly id: Uuid; readonly host_id: string }[]> {
    return tx.query(
      `select id, host_id from signals
        where signal_id = $1 and id >= $2 and ($3::text[] is null or host_id = any($3)) and host_id <> all($4::text[]) limit 2`,
      [signalId, firstKept, hosts, hidden],
    );
  }

  /** What was done to a signal, oldest first. */
  async changes(tx: Transaction, signal: Uuid): Promise<ChangeRecord[]> {
    return tx.query<ChangeRecord>(
      `select at, actor, from_status, to_status, assignee, comment, reason from signal_changes where signal = $1 order by id`,
      [signal],
    );
  }

  /** Of these hosts and kinds, the pairs that occur. */
  async pairs(
    tx: Transaction,
    hosts: readonly string[],
    kinds: readonly number[],
  ): Promise<{ readonly host_id: string; readonly kind_id: number }[]> {
    return tx.query(
      `select g.host_id, k.id as kind_id from signal_kinds k
         join signal_groups g on g.tenant = $1 and g.host_id = any($2) and g.rule_id = k.rule_id
        where k.id = any($3)`,
      [tx.tenant, hosts, kinds],
    );
  }

  /** How many signals happened after one moment and before another. Meant for less than a minute. */
  async happenedBetween(tx: Transaction, after: string, before: string, firstKept: Uuid): Promise<number> {
    const [row] = await tx.query<{ n: string }>(
      `select count(*) as n from unnest('{0,1,2}'::smallint[]) as st(status)
        cross join lateral (select from signals s where s.status = st.status and s.at > $1 and s.at < $2 and s.id >= $3) s`,
      [after, before, firstKept],
    );
    return Number(row?.n ?? 0);
  }

  /** The same of these hosts. */
  async happenedOn(
    tx: Transaction,
    hosts: readonly string[],
    after: string,
    before: string,
    firstKept: Uuid,
  ): Promise<number> {
    const [row] = await tx.query<{ n: string }>(
      `select count(*) as n from unnest($1::text[]) as k(host_id) cross join unnest('{0,1,2}'::smallint[]) as st(status)
        cross join lateral (select from signals s where s.host_id = k.host_id and s.status = st.status
                               and s.at > $2 and s.at < $3 and s.id >= $4) s`,
      [hosts, after, before, firstKept],
    );
    return Number(row?.n ?? 0);
  }
}

export function momentOfRecord({ at, nanos }: Pick<SignalRecord, 'at' | 'nanos'>): Moment {
  return momentOfColumns(at, nanos);
}

/** Where a signal stands in lists. */
export function placeOfRecord({ at, nanos, id }: Pick<SignalRecord, 'at' | 'nanos' | 'id'>): Place {
  return { at: `${momentOfColumns(at, nanos).slice(0, 26)}Z`, nanos, id };
}

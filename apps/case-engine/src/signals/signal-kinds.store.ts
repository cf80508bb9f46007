import { createHash } from 'node:crypto';
import type { ReceivedSignal, SignalSeverity } from '@assay/contracts';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { KindIds } from './kind-ids.js';

/** What a rule says of all its signals. */
export type Kind = Pick<ReceivedSignal, 'ruleId' | 'ruleDescription' | 'severity' | 'title' | 'tags'>;

/** What signals may be looked for by that stands with their kinds; absent narrows nothing. */
export interface KindFilter {
  readonly rule?: string;
  readonly severity?: string;
  readonly tag?: string;
  /** Part of the title or of the rule's id, in whatever case; every character means itself. */
  readonly search?: string;
}

/**
 * The texts of rules, each once, however many signals it has. There are a few hundred, so that a search reads them all and
 * then knows which signals to fetch.
 */
@Injectable()
export class SignalKindsStore {
  private readonly known = new KindIds(limits.kindsKept, limits.kindsKeptMs);

  /** The number of each kind, in their order; those that are new get one. */
  async idsOf(tx: Transaction, kinds: readonly Kind[]): Promise<number[]> {
    const texts = kinds.map((kind) => textOf(tx.tenant, kind));
    const ids = new Map<string, number>();
    const missing = new Map<string, Kind>();
    for (const [index, text] of texts.entries()) {
      const id = this.known.get(text, tx.now);
      if (id === undefined) missing.set(text, kinds[index]!);
      else ids.set(text, id);
    }
    if (missing.size > 0) for (const [text, id] of await this.fetch(tx, missing)) ids.set(text, id);
    return texts.map((text) => ids.get(text)!);
  }

  /** The kinds that fit. */
  async matching(tx: Transaction, { rule, severity, tag, search }: KindFilter): Promise<number[]> {
    const rows = await tx.query<{ id: number }>(
      `select id from signal_kinds
        where tenant = $1 and ($2::text is null or rule_id = $2) and ($3::text is null or severity = $3)
          and ($4::text is null or $4 = any(tags))
          and ($5::text is null or strpos(searched_title, $5) > 0 or strpos(searched_rule, $5) > 0)`,
      [tx.tenant, rule ?? null, severity ?? null, tag ?? null, search?.toLowerCase() ?? null],
    );
    return rows.map(({ id }) => id);
  }

  /** Looks kinds up, and makes those that are not there; sorted, so that two who make the same do not wait in a circle. */
  private async fetch(tx: Transaction, missing: ReadonlyMap<string, Kind>): Promise<Map<string, number>> {
    const wanted = [...missing].map(([text, kind]) => ({
      text,
      kind,
      digest: createHash('sha256').update(text).digest(),
    }));
    wanted.sort((one, other) => Buffer.compare(one.digest, other.digest));
    const textByDigest = new Map(wanted.map(({ text, digest }) => [digest.toString('hex'), text]));
    const rows = await tx.query<{ id: number; digest: Buffer }>(
      `insert into signal_kinds (tenant, digest, rule_id, rule_description, severity, title, tags, searched_title, searched_rule)
       select $1, digest, rule_id, rule_description, severity, title,
              array(select jsonb_array_elements_text(tags::jsonb)), searched_title, searched_rule
         from unnest($2::bytea[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
           as t(digest, rule_id, rule_description, severity, title, tags, searched_title, searched_rule)
       on conflict (tenant, digest) do update set unused_since = null
       returning id, digest`,
      [
        tx.tenant,
        wanted.map(({ digest }) => digest),
        wanted.map(({ kind }) => kind.ruleId),
        wanted.map(({ kind }) => kind.ruleDescription),
        wanted.map(({ kind }) => kind.severity satisfies SignalSeverity),
        wanted.map(({ kind }) => kind.title),
        wanted.map(({ kind }) => JSON.stringify(kind.tags)),
        wanted.map(({ kind }) => kind.title.toLowerCase()),
        wanted.map(({ kind }) => kind.ruleId.toLowerCase()),
      ],
    );
    const found = new Map(rows.map(({ id, digest }) => [textByDigest.get(digest.toString('hex'))!, id]));
    // What a rolled back transaction made does not exist.
    tx.afterCommit(() => found.forEach((id, text) => this.known.set(text, id, tx.now)));
    return found;
  }
}

/** Says everything that makes a kind, and nothing twice. */
function textOf(tenant: string, { ruleId, ruleDescription, severity, title, tags }: Kind): string {
  return JSON.stringify([tenant, ruleId, ruleDescription, severity, title, tags]);
}

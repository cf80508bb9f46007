import { createHash } from 'node:crypto';
import type { RuleReference } from '@assay/benchmarks';
import { newId, type Severity, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { limits } from '../limits.js';

/** The key of a rule in this service's tables: a bigint, as text. */
export type RuleKey = string;

/** A rule as a document brings it; without a text of its own its title is its ref. */
export interface BroughtRule {
  readonly ruleRef: string;
  readonly title: string;
  readonly severity: Severity;
  readonly section: string | null;
  readonly description: string | null;
  readonly rationale: string | null;
  readonly remediation: string | null;
  readonly references: readonly RuleReference[];
}

/** A rule that is known, and what its row lacks. */
export interface KnownRule {
  readonly key: RuleKey;
  readonly ruleRef: string;
  /** MD5 of the rule's remediation, to see without reading it whether a result's is another. */
  readonly remediationDigest: string | null;
  readonly lacksTitle: boolean;
  readonly lacksSeverity: boolean;
  readonly lacksSection: boolean;
  readonly lacksDescription: boolean;
  readonly lacksRationale: boolean;
  readonly lacksReferences: boolean;
  readonly seenLongAgo: boolean;
}

const known = `
  select r.key, r.rule_ref as "ruleRef", r.remediation_digest as "remediationDigest", r.title = r.rule_ref as "lacksTitle",
         r.severity = 'unknown' as "lacksSeverity", r.section is null as "lacksSection",
         r.description is null as "lacksDescription", r.rationale is null as "lacksRationale",
         r."references" is null as "lacksReferences", r.seen_at < $4 as "seenLongAgo"
    from unnest($3::text[]) as wanted (ref)
    join benchmark_rules r on r.tenant = $1 and r.profile_id = $2 and r.rule_ref = wanted.ref`;

/** Where texts of rules come from, in the order of the parameters that `columnsOf` gives. */
const brought = `
  unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::jsonb[])
    as brought (rule_ref, title, severity, section, description, rationale, remediation, refs)`;

/** The only SQL that writes rules. Texts are filled where they are missing or generic and never overwritten. */
export class RulesStore {
  /** The rules of a profile by ref, with those that were missing added and what was missing of the others filled. */
  async resolve(tx: Transaction, profileId: Uuid, rules: readonly BroughtRule[]): Promise<Map<string, KnownRule>> {
    const refs = rules.map(({ ruleRef }) => ruleRef);
    const found = await this.find(tx, profileId, refs);
    const missing = rules.filter(({ ruleRef }) => !found.has(ruleRef));
    const fuller = rules.filter((rule) => bringsMore(rule, found.get(rule.ruleRef)));
    const old = [...found.values()].filter(({ seenLongAgo }) => seenLongAgo);
    if (missing.length > 0 || fuller.length > 0) await this.lock(tx, profileId);
    if (fuller.length > 0) await this.fill(tx, profileId, fuller);
    if (old.length > 0) await this.touch(tx, old);
    if (missing.length > 0) await this.add(tx, profileId, missing);
    return missing.length + fuller.length === 0 ? found : this.find(tx, profileId, refs);
  }

  private async find(tx: Transaction, profileId: Uuid, refs: readonly string[]): Promise<Map<string, KnownRule>> {
    const seenBefore = new Date(tx.now.getTime() - limits.ruleSeenEveryMs);
    const rows = await tx.query<KnownRule>(known, [tx.tenant, profileId, refs, seenBefore]);
    return new Map(rows.map((rule) => [rule.ruleRef, rule]));
  }

  /** Two hosts that bring a profile for the first time take turns: each holds many of its rules, in an order of its own. */
  private async lock(tx: Transaction, profileId: Uuid): Promise<void> {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`rules of ${profileId}`]);
  }

  private async add(tx: Transaction, profileId: Uuid, rules: readonly BroughtRule[]): Promise<void> {
    await tx.query(
      `insert into benchmark_rules (tenant, profile_id, rule_ref, title, severity, section, description, rationale,
                                    remediation, "references", id, created_at, seen_at)
       select $1, $2, brought.*, ids.id, $12, $12
         from ${brought}
         join unnest($3::text[], $11::uuid[]) as ids (rule_ref, id) using (rule_ref)
       on conflict (tenant, profile_id, rule_ref) do nothing`,
      [tx.tenant, profileId, ...columnsOf(rules), rules.map(() => newId(tx.now.getTime())), tx.now],
    );
  }

  private async fill(tx: Transaction, profileId: Uuid, rules: readonly BroughtRule[]): Promise<void> {
    await tx.query(
      `update benchmark_rules r set
         title = case when r.title = r.rule_ref then brought.title else r.title end,
         severity = case when r.severity = 'unknown' then brought.severity else r.severity end,
         section = coalesce(r.section, brought.section), description = coalesce(r.description, brought.description),
         rationale = coalesce(r.rationale, brought.rationale),
         remediation = coalesce(r.remediation, brought.remediation),
         "references" = coalesce(r."references", brought.refs)
         from ${brought}
        where r.tenant = $1 and r.profile_id = $2 and r.rule_ref = brought.rule_ref`,
      [tx.tenant, profileId, ...columnsOf(rules)],
    );
  }

  private async touch(tx: Transaction, rules: readonly KnownRule[]): Promise<void> {
    await tx.query(
      `update benchmark_rules set seen_at = $2 where tenant = $1 and key = any(array(
         select key from benchmark_rules where tenant = $1 and key = any($3::bigint[]) order by key for update skip locked))`,
      [tx.tenant, tx.now, rules.map(({ key }) => key)],
    );
  }
}

/** MD5 as Postgres's `md5()` gives it: a comparison of texts, no secret. */
export function textDigest(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex');
}

function bringsMore(rule: BroughtRule, row: KnownRule | undefined): boolean {
  if (row === undefined) return false;
  return (
    (row.lacksTitle && rule.title !== rule.ruleRef) ||
    (row.lacksSeverity && rule.severity !== 'unknown') ||
    (row.lacksSection && rule.section !== null) ||
    (row.lacksDescription && rule.description !== null) ||
    (row.lacksRationale && rule.rationale !== null) ||
    (row.lacksReferences && rule.references.length > 0) ||
    (row.remediationDigest === null && rule.remediation !== null)
  );
}

function columnsOf(rules: readonly BroughtRule[]): unknown[] {
  return [
    rules.map(({ ruleRef }) => ruleRef),
    rules.map(({ title }) => title),
    rules.map(({ severity }) => severity),
    rules.map(({ section }) => section),
    rules.map(({ description }) => description),
    rules.map(({ rationale }) => rationale),
    rules.map(({ remediation }) => remediation),
    rules.map(({ references }) => (references.length === 0 ? null : JSON.stringify(references))),
  ];
}

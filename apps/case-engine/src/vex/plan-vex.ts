import { digestOf, hexOf, type Uuid } from '@assay/kernel';
import type { Scope } from '../exceptions/exception.js';
import { scopeOfProduct, type VexPlace } from './scope-of-product.js';
import type { VexDocument, VexStatement } from './vex-document.js';
import type { KnownStatement } from './vex.store.js';

/** A document with when it came and what the sender said that it is about. */
export interface ReceivedVex {
  readonly document: VexDocument;
  readonly key: string;
  readonly place: VexPlace;
  readonly acceptedAt: Date;
}

/** A statement that holds from now on. */
export interface NewStatement {
  readonly statement: VexStatement;
  readonly known: Omit<KnownStatement, 'exceptionId'>;
  /** Where it makes an exception; null if it makes none: the product is affected, or nobody knows yet. */
  readonly where: Scope | null;
}

/** What a document changes. */
export interface VexPlan {
  /** Statements that say something new. */
  readonly fresh: readonly NewStatement[];
  /** Exceptions of statements that are gone or say something else now. */
  readonly ended: readonly Uuid[];
  /** Keys of statements that the document made before and does not make any more. */
  readonly forgotten: readonly string[];
  /** Statements that change nothing: known as they are, or contradicted by a later one. */
  readonly unchanged: number;
  readonly warnings: readonly string[];
}

/** What a document is found by. Who sends one for two repositories sends two. */
export function documentKeyOf({ author, documentId }: VexDocument, place: VexPlace): string {
  return keyOf([author, documentId, place]);
}

/** The statements of a document that can be used, by their keys; of several on the same thing the last one said. */
export function statementsByKey(
  { document, key, place, acceptedAt }: ReceivedVex,
  warnings: string[],
): Map<string, NewStatement> {
  const found = new Map<string, NewStatement>();
  for (const statement of document.statements) {
    const where = scopeOfProduct(statement, place);
    if (typeof where === 'string') {
      warnings.push(`${statement.vulnerability}: ${where}`);
      continue;
    }
    const { status, justification, impact, vulnerability, product, component } = statement;
    const statementKey = keyOf([document.author, vulnerability, product, component, place]);
    const saidAt = statement.saidAt ?? document.issuedAt ?? acceptedAt;
    const excepts = status === 'not_affected' || status === 'fixed';
    const known = { key: statementKey, documentKey: key, status, saidAt, acceptedAt };
    const content = keyOf([status, justification, impact, where]);
    const before = found.get(statementKey);
    if (before !== undefined && before.known.saidAt > saidAt) continue;
    found.set(statementKey, { statement, known: { ...known, content }, where: excepts ? where : null });
  }
  return found;
}

/** Holds a document against what is known: of two words on the same thing the one that was said later holds. */
export function planVex(
  documentKey: string,
  said: ReadonlyMap<string, NewStatement>,
  known: readonly KnownStatement[],
  warnings: readonly string[],
): VexPlan {
  const byKey = new Map(known.map((each) => [each.key, each]));
  const fresh = [...said.values()].filter((each) => {
    const before = byKey.get(each.known.key);
    return before === undefined || (isLater(each.known, before) && before.content !== each.known.content);
  });
  const gone = known.filter((each) => each.documentKey === documentKey && !said.has(each.key));
  const replaced = fresh.flatMap((each) => byKey.get(each.known.key) ?? []);
  const ended = [...gone, ...replaced].flatMap(({ exceptionId }) => exceptionId ?? []);
  return { fresh, ended, forgotten: gone.map(({ key }) => key), unchanged: said.size - fresh.length, warnings };
}

/** The document itself is newer than its last version already; of others it counts when they spoke, then when they came. */
function isLater(one: NewStatement['known'], before: KnownStatement): boolean {
  if (one.documentKey === before.documentKey) return true;
  const later = one.saidAt.getTime() - before.saidAt.getTime();
  return later > 0 || (later === 0 && one.acceptedAt > before.acceptedAt);
}

function keyOf(parts: readonly unknown[]): string {
  return hexOf(digestOf(JSON.stringify(parts)));
}

/** Ids of one and the same flaw in several databases. */
export interface AliasGroup {
  /** The id that people see: a CVE before a GHSA before all others. */
  readonly displayId: string;
  /** All ids, the display id first, then by rank and text. */
  readonly ids: readonly string[];
}

/** What joins: OSV `aliases`. `related` and `upstream` name other flaws and never merge. */
export interface AliasRecord {
  readonly id: string;
  readonly aliases: readonly string[];
}

/** The groups that these records form together, in a stable order. Chains and cycles of aliases are one group. */
export function groupAliases(records: Iterable<AliasRecord>): AliasGroup[] {
  const parents = new Map<string, string>();
  for (const { id, aliases } of records) for (const alias of [id, ...aliases]) join(parents, id, alias);

  const members = new Map<string, string[]>();
  for (const id of parents.keys()) {
    const root = rootOf(parents, id);
    members.set(root, [...(members.get(root) ?? []), id]);
  }
  return [...members.values()].map(toGroup).toSorted((a, b) => compareIds(a.displayId, b.displayId));
}

/** The id by which a flaw with these ids is shown, whatever the order they come in. Of no ids: the empty text. */
export function displayIdOf(ids: Iterable<string>): string {
  let first: string | undefined;
  for (const id of ids) if (first === undefined || compareIds(id, first) < 0) first = id;
  return first ?? '';
}

function toGroup(ids: readonly string[]): AliasGroup {
  const ordered = ids.toSorted(compareIds);
  return { displayId: ordered[0]!, ids: ordered };
}

function join(parents: Map<string, string>, a: string, b: string): void {
  const [left, right] = [rootOf(parents, a), rootOf(parents, b)];
  if (left !== right) parents.set(right, left);
}

function rootOf(parents: Map<string, string>, id: string): string {
  let root = id;
  for (let parent = parents.get(root); parent !== undefined && parent !== root; parent = parents.get(root))
    root = parent;
  parents.set(id, root);
  return root;
}

function rankOf(id: string): number {
  if (id.startsWith('CVE-')) return 0;
  return id.startsWith('GHSA-') ? 1 : 2;
}

/** Among ids of one rank the older number first: `CVE-2021-999` before `CVE-2021-10000`. */
function compareIds(a: string, b: string): number {
  if (a === b) return 0;
  const byRank = rankOf(a) - rankOf(b);
  if (byRank !== 0) return byRank;
  const [left, right] = [sortable(a), sortable(b)];
  if (left === right) return a < b ? -1 : 1;
  return left < right ? -1 : 1;
}

function sortable(id: string): string {
  return id.replaceAll(/\d+/g, (digits) => digits.padStart(12, '0'));
}

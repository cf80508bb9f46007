import { compareDigits, compareText, isDigits, type VersionOrder } from './version-order.js';

/** A number, a qualifier, or what follows a hyphen or a change between digits and letters. */
type Item = { readonly number: string } | { readonly qualifier: string } | { readonly items: Item[] };

/**
 * Maven artifacts: `ComparableVersion` of Maven 3, "POM Reference, Version Order Specification". Every text is a version.
 */
export const mavenOrder: VersionOrder = {
  isVersion: (text) => text.trim() !== '',
  compare: (a, b) => compareItems({ items: parse(a) }, { items: parse(b) }),
};

const qualifiers = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];
const aliases: Readonly<Record<string, string>> = { ga: '', final: '', release: '', cr: 'rc' };
const beforeDigit: Readonly<Record<string, string>> = { a: 'alpha', b: 'beta', m: 'milestone' };

function parse(version: string): Item[] {
  const root: Item[] = [];
  const lists = [root];
  let list = root;
  const descend = (): void => {
    const inner: Item[] = [];
    list.push({ items: inner });
    lists.push(inner);
    list = inner;
  };
  // A separator belongs to the token before it; the edges of a run of digits separate like a hyphen.
  for (const found of version.toLowerCase().matchAll(/([0-9]+|[^0-9.-]+|)([.-]|(?=[0-9])|(?=[^0-9.-])|$)/g)) {
    const [token, separator] = [found[1]!, found[2]!];
    if (token === '' && separator === '') continue;
    const end = found.index + found[0].length;
    const digitFollows = separator === '' && end < version.length && !isDigits(token);
    list.push(token === '' ? { number: '0' } : itemOf(token, digitFollows));
    if (separator === '-' || (separator === '' && end < version.length)) descend();
  }
  for (const each of lists.toReversed()) normalize(each, each === root);
  return root;
}

function itemOf(token: string, digitFollows: boolean): Item {
  if (isDigits(token)) return { number: token };
  if (digitFollows && Object.hasOwn(beforeDigit, token)) return { qualifier: beforeDigit[token]! };
  return { qualifier: Object.hasOwn(aliases, token) ? aliases[token]! : token };
}

/** Drops what means nothing (`.0`, `-final`, an empty list) from the end, and in front of the lists that end it. */
function normalize(items: Item[], isRoot: boolean): void {
  for (let index = items.length - 1; index >= 0; index -= 1) {
    const item = items[index]!;
    if (isNull(item)) items.splice(index, 1);
    else if (!('items' in item)) break;
  }
  // What is left of `-ga-1` is a list in a list; the version order specification wants `1-ga-1` and `1-1` to be one.
  const [only] = items;
  if (!isRoot && items.length === 1 && only !== undefined && 'items' in only) items.splice(0, 1, ...only.items);
}

function isNull(item: Item): boolean {
  if ('number' in item) return /^0+$/.test(item.number);
  if ('qualifier' in item) return item.qualifier === '';
  return item.items.length === 0;
}

/** Kinds from old to new: a qualifier, a list, a number. */
function rankOf(item: Item): number {
  if ('qualifier' in item) return 0;
  return 'items' in item ? 1 : 2;
}

function compareItems(a: Item, b: Item): number {
  if ('number' in a && 'number' in b) return compareDigits(a.number, b.number);
  if ('qualifier' in a && 'qualifier' in b) return compareQualifiers(a.qualifier, b.qualifier);
  if (!('items' in a && 'items' in b)) return rankOf(a) - rankOf(b);
  for (let index = 0; index < Math.max(a.items.length, b.items.length); index += 1) {
    const [left, right] = [a.items[index], b.items[index]];
    const order =
      left === undefined
        ? -compareToNothing(right!)
        : right === undefined
          ? compareToNothing(left)
          : compareItems(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

/** Where an item stands that the other version does not have. */
function compareToNothing(item: Item): number {
  if ('number' in item) return isNull(item) ? 0 : 1;
  if ('qualifier' in item) return compareQualifiers(item.qualifier, '');
  for (const inner of item.items) {
    const order = compareToNothing(inner);
    if (order !== 0) return order;
  }
  return 0;
}

/** Known qualifiers in their order, unknown ones above them by text. */
function compareQualifiers(a: string, b: string): number {
  const [left, right] = [qualifiers.indexOf(a), qualifiers.indexOf(b)];
  if (left === -1 && right === -1) return compareText(a, b);
  return (left === -1 ? qualifiers.length : left) - (right === -1 ? qualifiers.length : right);
}

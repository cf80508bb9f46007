/**
 * True if `org/repo` matches the pattern. `*` stands for any characters within one segment; a segment that is `**`
 * stands for any number of segments, so `acme/**` covers the subgroups of GitLab. Everything else is literal, case
 * included: a limit that is in doubt does not allow.
 */
export function matchesRepository(pattern: string, name: string): boolean {
  return matchesSequence(
    pattern.split('/'),
    name.split('/'),
    (segment) => segment === '**',
    (segment, part) =>
      matchesSequence(
        [...segment],
        [...part],
        (char) => char === '*',
        (a, b) => a === b,
      ),
  );
}

/**
 * Matches items against a pattern with wildcards for "any number of items". It goes back to the latest wildcard alone,
 * so the work is at most the product of the two lengths; a regular expression made from the pattern has no such bound.
 */
function matchesSequence<T>(
  pattern: readonly T[],
  items: readonly T[],
  isWildcard: (part: T) => boolean,
  matchesOne: (part: T, item: T) => boolean,
): boolean {
  let at = 0;
  let wildcard = -1;
  let resumeFrom = 0;
  for (let item = 0; item < items.length;) {
    const part = pattern[at];
    if (part !== undefined && isWildcard(part)) {
      wildcard = at;
      resumeFrom = item;
      at += 1;
    } else if (part !== undefined && matchesOne(part, items[item]!)) {
      at += 1;
      item += 1;
    } else if (wildcard >= 0) {
      resumeFrom += 1;
      item = resumeFrom;
      at = wildcard + 1;
    } else {
      return false;
    }
  }
  return pattern.slice(at).every(isWildcard);
}

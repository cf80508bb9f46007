/** Entries in groups, in their order, each of which fits into a message of so many bytes. */
export function packed<Entry>(entries: readonly Entry[], mostBytes: number): Entry[][] {
  const groups: Entry[][] = [];
  let left = 0;
  for (const entry of entries) {
    const bytes = Buffer.byteLength(JSON.stringify(entry)) + 1;
    if (bytes > left) {
      groups.push([]);
      left = mostBytes;
    }
    groups.at(-1)!.push(entry);
    left -= bytes;
  }
  return groups;
}

import { compareDigits, type VersionOrder } from './version-order.js';

/**
 * Debian and Ubuntu packages: `[epoch:]upstream[-revision]` (deb-version(7)). Own code because `deb-version-compare` on npm
 * puts `0.0.0-1` above `0.0.0-a`.
 */
export const debianOrder: VersionOrder = {
  isVersion: (text) => /^(?:\d+:)?\d/.test(text.trim()),
  compare(a, b) {
    const [left, right] = [parse(a), parse(b)];
    return (
      compareDigits(left.epoch, right.epoch) ||
      comparePart(left.upstream, right.upstream) ||
      comparePart(left.revision, right.revision)
    );
  },
};

interface DebianVersion {
  readonly epoch: string;
  readonly upstream: string;
  readonly revision: string;
}

function parse(text: string): DebianVersion {
  const found = /^(?:(\d+):)?(.*?)(?:-([^-]*))?$/s.exec(text.trim())!;
  return { epoch: found[1] ?? '0', upstream: found[2]!, revision: found[3] ?? '' };
}

/** dpkg's `verrevcmp`: a run without digits and a run of digits, in turn, until one differs. */
function comparePart(a: string, b: string): number {
  let [left, right] = [a, b];
  while (left !== '' || right !== '') {
    const [leftText, rightText] = [/^\D*/.exec(left)![0], /^\D*/.exec(right)![0]];
    const order = compareNonDigits(leftText, rightText);
    if (order !== 0) return order;
    [left, right] = [left.slice(leftText.length), right.slice(rightText.length)];
    const [leftDigits, rightDigits] = [/^\d*/.exec(left)![0], /^\d*/.exec(right)![0]];
    const numeric = compareDigits(leftDigits === '' ? '0' : leftDigits, rightDigits === '' ? '0' : rightDigits);
    if (numeric !== 0) return numeric;
    [left, right] = [left.slice(leftDigits.length), right.slice(rightDigits.length)];
  }
  return 0;
}

function compareNonDigits(a: string, b: string): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const order = weight(a, index) - weight(b, index);
    if (order !== 0) return order;
  }
  return 0;
}

/** `~` stands below the end of the text, letters below everything else. */
function weight(text: string, index: number): number {
  if (index >= text.length) return 0;
  const character = text[index]!;
  if (character === '~') return -1;
  const code = character.charCodeAt(0);
  return /[a-zA-Z]/.test(character) ? code : code + 256;
}

import { compare as comparePep440, valid } from '@renovatebot/pep440';
import { compareText, type VersionOrder } from './version-order.js';

/**
 * Python packages: PEP 440. What PEP 440 cannot read sorts below everything that it can, in the order setuptools gave such
 * versions before; advisories of old packages still name them as bounds. They lie in no range themselves.
 */
export const pypiOrder: VersionOrder = {
  isVersion: (text) => valid(text) !== null,
  compare(a, b) {
    const [leftReadable, rightReadable] = [valid(a) !== null, valid(b) !== null];
    if (leftReadable && rightReadable) return comparePep440(a, b);
    if (leftReadable !== rightReadable) return leftReadable ? 1 : -1;
    return compareLegacy(legacyKey(a), legacyKey(b));
  },
};

const replacements: Readonly<Record<string, string>> = { pre: 'c', preview: 'c', '-': 'final-', rc: 'c', dev: '@' };

/** The key of setuptools' former `LegacyVersion` (pkg_resources.parse_version up to version 65). */
function legacyKey(version: string): string[] {
  const key: string[] = [];
  for (const part of [...legacyParts(version), '*final']) {
    if (part.startsWith('*')) {
      if (part < '*final') while (key.at(-1) === '*final-') key.pop();
      while (key.at(-1) === '00000000') key.pop();
    }
    key.push(part);
  }
  return key;
}

function legacyParts(version: string): string[] {
  return version
    .toLowerCase()
    .split(/(\d+|[a-z]+|\.|-)/)
    .map((part) => (Object.hasOwn(replacements, part) ? replacements[part]! : part))
    .filter((part) => part !== '' && part !== '.')
    .map((part) => (/^\d/.test(part) ? part.padStart(8, '0') : `*${part}`));
}

function compareLegacy(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const order = compareText(a[index]!, b[index]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

import { isBesideTheProduct } from '../paths.js';
import type { Repository } from '../repository.js';
import type { Rule } from '../rule.js';

/** Above this a file is about more than one thing. */
const maxLines = 400;

/** Lists by nature: they grow with the product and are read from top to bottom. */
const mayBeLong = [/^libs\/contracts\//, /\/migrations\//, /\.gen\./];

/** No file is too long to be read in one go. */
export const sizes: Rule = {
  name: `no file is longer than ${maxLines} lines`,
  why: 'A long file hides its second subject.',
  check: ({ files }) =>
    files
      .filter(({ path, lines }) => lines > maxLines && !mayBeLong.some((pattern) => pattern.test(path)))
      .map(({ path, lines }) => ({ file: path, message: `has ${lines} lines; at most ${maxLines}` })),
};

/** Median and 95th percentile of the lengths of the product's own source files, for the report. */
export function lengthsOf({ files }: Repository): { median: number; p95: number } {
  const lengths = files
    .filter(({ path }) => !isBesideTheProduct(path))
    .map(({ lines }) => lines)
    .toSorted((a, b) => a - b);
  const at = (share: number): number => lengths[Math.floor((lengths.length - 1) * share)] ?? 0;
  return { median: at(0.5), p95: at(0.95) };
}

import type { Rule } from '../rule.js';

/** Words that say nothing about what is inside. */
const emptyWords = ['manager', 'helper', 'util', 'common', 'base', 'data', 'info', 'misc'];

/** Words of the field that happen to contain one of them. */
const fieldWords = /(?<=^|-)(data-dir|data-source|base-images?)(?=-|$)/g;

const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** Names are kebab-case and say what is inside. */
export const names: Rule = {
  name: 'files and folders have kebab-case names that say something',
  why: 'What is called helper collects whatever has no home, and is found by nobody.',
  check: ({ files }) => {
    const paths = new Set(files.flatMap(({ path }) => [path, ...foldersAbove(path)]));
    return [...paths].flatMap((path) => {
      const parts = path.split('/').at(-1)!.split('.');
      const words = parts.flatMap((part) => part.replaceAll(fieldWords, '').split('-'));
      const empty = words.filter((word) => emptyWords.some((each) => word === each || word === `${each}s`));
      return [
        ...(parts.every((part) => kebabCase.test(part)) ? [] : [{ file: path, message: 'is not kebab-case' }]),
        ...empty.map((word) => ({ file: path, message: `is called "${word}"; say what it does` })),
      ];
    });
  },
};

function foldersAbove(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1, -1).map((_, index) => parts.slice(0, index + 2).join('/'));
}

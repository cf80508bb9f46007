import bidiJs, { type EmbeddingLevels } from 'bidi-js';
import type { Face } from './font-book.js';

/** Its types describe the ESM build; Node loads the other one, whose export is the factory itself. */
const bidiFactory = bidiJs as unknown as typeof bidiJs.default;
const bidi = bidiFactory();

/** A piece of a line in one face and one direction. Runs of a line stand in the order in which they are drawn, from the left. */
export interface VisualRun {
  readonly text: string;
  readonly face: Face;
}

/** The blocks of scripts that run from right to left (Unicode, Blocks.txt), presentation forms included. */
const mayTurn = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * Which way a paragraph runs and at which level each of its characters stands (UAX #9); null where all of it runs from left
 * to right, which is most paragraphs.
 */
export function levelsOf(paragraph: string): EmbeddingLevels | null {
  return mayTurn.test(paragraph) ? bidi.getEmbeddingLevels(paragraph, 'auto') : null;
}

/**
 * The characters from `start` to `end` (exclusive) of a paragraph, as they are drawn from left to right. `faces` has one
 * face per UTF-16 unit, the same for all units of a grapheme.
 */
export function visualRuns(
  paragraph: string,
  levels: EmbeddingLevels | null,
  faces: readonly Face[],
  start: number,
  end: number,
): VisualRun[] {
  if (end <= start) return [];
  if (levels === null) return leftToRightRuns(paragraph, faces, start, end);
  const runs: VisualRun[] = [];
  // Of units next to each other, of one level and face.
  let first = -1;
  let last = -1;
  const flush = (): void => {
    if (first < 0) return;
    const [from, to] = first < last ? [first, last] : [last, first];
    runs.push({ text: drawn(paragraph.slice(from, to + 1), levels.levels[from]!), face: faces[from]! });
  };
  for (const index of bidi.getReorderedIndices(paragraph, levels, start, end - 1).slice(start, end)) {
    const level = levels.levels[index]!;
    const step = level % 2 === 0 ? 1 : -1;
    const goesOn = first >= 0 && index === last + step && level === levels.levels[last] && faces[index] === faces[last];
    if (!goesOn) {
      flush();
      first = index;
    }
    last = index;
  }
  flush();
  return runs;
}

function leftToRightRuns(paragraph: string, faces: readonly Face[], start: number, end: number): VisualRun[] {
  const runs: VisualRun[] = [];
  for (let from = start; from < end;) {
    let to = from + 1;
    while (to < end && faces[to] === faces[from]) to += 1;
    runs.push({ text: paragraph.slice(from, to), face: faces[from]! });
    from = to;
  }
  return runs;
}

const rightToLeftLetter = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/**
 * A run as the font is given it. The font turns letters that run from right to left itself; signs among themselves it can't
 * know, so they are turned here. Brackets change their face where text runs from right to left.
 */
function drawn(text: string, level: number): string {
  if (level % 2 === 0) return text;
  const mirrored = Array.from(text, (character) => bidi.getMirroredCharacter(character) ?? character).join('');
  if (rightToLeftLetter.test(mirrored)) return mirrored;
  return Array.from(graphemes.segment(mirrored), ({ segment }) => segment)
    .toReversed()
    .join('');
}

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { create, type Font } from 'fontkit';
import { limits } from '../../limits.js';
import { trueTypeOf } from './woff.js';

export type Weight = 400 | 700;

/** One font file: a family's glyphs of one weight for one part of Unicode. */
export interface Face {
  /** Names the face within a document. */
  readonly key: string;
  readonly bytes: Buffer;
  readonly font: Font;
}

/**
 * Families in the order in which they are asked for a character: Latin, Greek, Cyrillic first, so that what scripts share looks
 * alike everywhere. All are under the SIL Open Font License 1.1, which allows them to be embedded in documents.
 */
const families = [
  { name: 'noto-sans', weights: [400, 700] },
  { name: 'noto-sans-hebrew', weights: [400, 700] },
  { name: 'noto-sans-arabic', weights: [400, 700] },
  { name: 'noto-sans-thai', weights: [400, 700] },
  { name: 'noto-sans-devanagari', weights: [400, 700] },
  { name: 'noto-sans-sc', weights: [400, 700] },
  { name: 'nanum-gothic', weights: [400, 700] },
  { name: 'noto-sans-symbols-2', weights: [400] },
] as const;

/** Scripts whose words do not change with what stands beside them, so that each can be shaped, and remembered, alone. */
const simple = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}]*$/u;

/** True for texts that may be drawn word by word, from left to right. */
export function standsByWords(text: string): boolean {
  return simple.test(text);
}

/** Words with the blank that follows, as the PDF library cuts them when it draws. */
function wordsOf(text: string): readonly string[] {
  return text.match(/[^ \t]*[ \t]|[^ \t]+$/g) ?? [];
}

interface Subset {
  readonly file: (weight: Weight) => string;
  /** First and last code point of each range that the file may have. */
  readonly ranges: readonly (readonly [number, number])[];
}

const require = createRequire(import.meta.url);

/** The fonts of reports, by character. Files are opened when the first character of theirs is met. */
export class FontBook {
  private readonly subsets = families.flatMap(({ name, weights }) => subsetsOf(name, weights));
  private readonly faces = new Map<string, Face>();
  private readonly known: Record<Weight, Map<number, Face | null>> = { 400: new Map(), 700: new Map() };
  private readonly widths = new Map<string, number>();

  /** The face that draws this character; null if none can. */
  faceOf(codePoint: number, weight: Weight): Face | null {
    const known = this.known[weight];
    let face = known.get(codePoint);
    if (face === undefined) known.set(codePoint, (face = this.find(codePoint, weight)));
    return face;
  }

  /** The width of a text at size 1, as this face draws it: word by word where words stand by themselves, which repeat. */
  widthOf(face: Face, text: string): number {
    if (!standsByWords(text)) return this.measured(face, text);
    let width = 0;
    for (const word of wordsOf(text)) width += this.measured(face, word);
    return width;
  }

  private measured({ key, font }: Face, text: string): number {
    const name = `${key}\n${text}`;
    let width = this.widths.get(name);
    if (width === undefined) {
      // A report of thousands of rows has few words that do not repeat; the bound is for hostile ones.
      if (this.widths.size >= limits.pdfKeptWidths) this.widths.clear();
      this.widths.set(name, (width = font.layout(text).advanceWidth / font.unitsPerEm));
    }
    return width;
  }

  private find(codePoint: number, weight: Weight): Face | null {
    for (const { file, ranges } of this.subsets) {
      if (!ranges.some(([first, last]) => first <= codePoint && codePoint <= last)) continue;
      const face = this.open(file(weight));
      if (face.font.hasGlyphForCodePoint(codePoint)) return face;
    }
    return null;
  }

  private open(file: string): Face {
    let face = this.faces.get(file);
    if (face === undefined) {
      const bytes = trueTypeOf(readFileSync(file));
      const font = create(bytes);
      if (!('layout' in font)) throw new TypeError(`${file} is a collection of fonts`);
      this.faces.set(file, (face = { key: `face-${this.faces.size}`, bytes, font }));
    }
    return face;
  }
}

/** The files of a family and what they have, from what its package says (`unicode.json`: a name, or a number in brackets). */
function subsetsOf(family: string, weights: readonly Weight[]): Subset[] {
  const files = dirname(require.resolve(`@fontsource/${family}/files/${family}-latin-400-normal.woff`));
  const ranges = JSON.parse(readFileSync(join(files, '../unicode.json'), 'utf8')) as Record<string, string>;
  return Object.entries(ranges).map(([name, listed]) => ({
    file: (weight) => {
      const has = weights.includes(weight) ? weight : 400;
      return join(files, `${family}-${name.replace(/[[\]]/g, '')}-${has}-normal.woff`);
    },
    ranges: listed.split(',').map(rangeOf),
  }));
}

/** `U+0460-052F` or `U+20B4`. */
function rangeOf(text: string): readonly [number, number] {
  const [first, last] = text.trim().slice(2).split('-') as [string, string | undefined];
  return [Number.parseInt(first, 16), Number.parseInt(last ?? first, 16)];
}

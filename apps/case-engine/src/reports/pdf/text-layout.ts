import type { EmbeddingLevels } from 'bidi-js';
import LineBreaker from 'linebreak';
import type { Face, FontBook, Weight } from './font-book.js';
import { levelsOf, type VisualRun, visualRuns } from './shape-line.js';

/** How a text is set; `size` in points. */
export interface TextStyle {
  readonly size: number;
  readonly weight: Weight;
}

/** A line ready to be drawn from the left. Widths in points. */
export interface Line {
  readonly runs: readonly (VisualRun & { readonly width: number })[];
  readonly width: number;
  /** True in paragraphs that run from right to left. */
  readonly rightToLeft: boolean;
}

/** A part of a paragraph that no line ends within. */
interface Piece {
  readonly start: number;
  /** Without trailing blanks. */
  readonly inkEnd: number;
  readonly end: number;
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
const words = new Intl.Segmenter('th', { granularity: 'word' });
/** Scripts that are written without blanks between words, and whose words UAX #14 leaves to dictionaries. */
const unspaced = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** What no font draws. Signs that turn the direction of text could make a report say what it does not; two join letters. */
const undrawable = /\p{Cc}|(?![\u200c\u200d])\p{Cf}|[\ufe00-\ufe0f]/gu;

/** Breaks texts into lines and each line into runs of one face and direction. */
export class TextLayout {
  constructor(private readonly book: FontBook) {}

  /** The lines of a text that is to be `width` points wide; with `most`, so many of them, the last of which ends in an ellipsis. */
  lines(text: string, style: TextStyle, width: number, most = Number.POSITIVE_INFINITY): Line[] {
    const lines: Line[] = [];
    for (const paragraph of text.split(/\r\n?|[\n\u2028\u2029\u0085]/)) {
      const drawable = paragraph.replaceAll('\t', '  ').replace(undrawable, '').normalize('NFC');
      for (const line of this.paragraph(drawable, style, width)) {
        if (lines.length === most) return [...lines.slice(0, -1), this.cut(lines.at(-1)!, style)];
        lines.push(line);
      }
    }
    return lines;
  }

  private *paragraph(text: string, style: TextStyle, width: number): Generator<Line> {
    const { faces, clusters } = this.facesOf(text, style.weight);
    const levels = levelsOf(text);
    const measure = (start: number, end: number): number => this.width(text, faces, start, end) * style.size;
    let lineStart = 0;
    let inkEnd = 0;
    let advance = 0;
    for (const piece of this.pieces(text, clusters, measure, width)) {
      const ink = measure(piece.start, piece.inkEnd);
      if (inkEnd > lineStart && advance + ink > width) {
        yield this.line(text, levels, faces, style, lineStart, inkEnd);
        lineStart = piece.start;
        advance = 0;
      }
      advance += measure(piece.start, piece.end);
      inkEnd = piece.inkEnd;
    }
    yield this.line(text, levels, faces, style, lineStart, inkEnd);
  }

  /** What a line may end after; what is wider than a line is cut between graphemes. */
  private *pieces(
    text: string,
    clusters: readonly number[],
    measure: (start: number, end: number) => number,
    width: number,
  ): Generator<Piece> {
    for (const { start, end } of breaksOf(text)) {
      const inkEnd = start + text.slice(start, end).trimEnd().length;
      if (measure(start, inkEnd) <= width) {
        yield { start, inkEnd, end };
        continue;
      }
      let from = start;
      for (let at = clusters.indexOf(start) + 1; clusters[at - 1]! < inkEnd; at += 1) {
        const next = clusters[at] ?? inkEnd;
        const here = clusters[at - 1]!;
        if (here > from && measure(from, next) > width) {
          yield { start: from, inkEnd: here, end: here };
          from = here;
        }
      }
      yield { start: from, inkEnd, end };
    }
  }

  private line(
    text: string,
    levels: EmbeddingLevels | null,
    faces: readonly Face[],
    { size }: TextStyle,
    start: number,
    end: number,
  ): Line {
    const runs = visualRuns(text, levels, faces, start, end).map((run) => ({
      ...run,
      width: this.book.widthOf(run.face, run.text) * size,
    }));
    const width = runs.reduce((sum, run) => sum + run.width, 0);
    return { runs, width, rightToLeft: (levels?.paragraphs[0]?.level ?? 0) % 2 === 1 };
  }

  /** The line with an ellipsis at its end, where more was left out. */
  private cut(line: Line, { size, weight }: TextStyle): Line {
    const face = this.book.faceOf(0x2026, weight);
    if (face === null) return line;
    const ellipsis = { text: '\u2026', face, width: this.book.widthOf(face, '\u2026') * size };
    const runs = line.rightToLeft ? [ellipsis, ...line.runs] : [...line.runs, ellipsis];
    return { ...line, runs, width: line.width + ellipsis.width };
  }

  private width(text: string, faces: readonly Face[], start: number, end: number): number {
    let width = 0;
    for (let from = start; from < end;) {
      let to = from + 1;
      while (to < end && faces[to] === faces[from]) to += 1;
      width += this.book.widthOf(faces[from]!, text.slice(from, to));
      from = to;
    }
    return width;
  }

  /** The face of each UTF-16 unit, and where graphemes begin. A grapheme is drawn by one face, else its marks would fly. */
  private facesOf(text: string, weight: Weight): { faces: Face[]; clusters: number[] } {
    const fallback = this.book.faceOf(0xfffd, weight) ?? this.book.faceOf(0x3f, weight);
    if (fallback === null) throw new TypeError('No font has a sign for what it does not have');
    // Most texts; every sign of ASCII is a grapheme, and one face has them all.
    if (/^[ -~]*$/.test(text)) {
      const face = this.book.faceOf(0x61, weight) ?? fallback;
      return { faces: Array.from(text, () => face), clusters: Array.from(text, (_, index) => index) };
    }
    const faces: Face[] = [];
    const clusters: number[] = [];
    for (const { segment, index } of graphemes.segment(text)) {
      clusters.push(index);
      const face = this.book.faceOf(segment.codePointAt(0)!, weight) ?? fallback;
      for (let unit = 0; unit < segment.length; unit += 1) faces.push(face);
    }
    return { faces, clusters };
  }
}

/** The parts between places where a line may end. */
function* breaksOf(text: string): Generator<{ start: number; end: number }> {
  const breaker = new LineBreaker(text);
  let start = 0;
  for (let next = breaker.nextBreak(); next !== null; next = breaker.nextBreak()) {
    const part = text.slice(start, next.position);
    if (unspaced.test(part)) {
      for (const { segment, index } of words.segment(part)) {
        yield { start: start + index, end: start + index + segment.length };
      }
    } else yield { start, end: next.position };
    start = next.position;
  }
}

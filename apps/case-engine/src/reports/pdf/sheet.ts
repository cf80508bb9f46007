import PdfDocument from 'pdfkit';
import { type Face, type FontBook, standsByWords } from './font-book.js';
import { ink, linkInk, rule } from './palette.js';
import { type Line, TextLayout, type TextStyle } from './text-layout.js';

/** A4 in points, and what stays white around the text. */
const page = { width: 595.28, height: 841.89, left: 42, right: 42, top: 48, bottom: 54 } as const;

/** Width between the margins, in points. */
export const textWidth = page.width - page.left - page.right;

/** Line height as a multiple of the size: room for the marks above and below of every script. */
const lineHeight = 1.36;
/** From the top of a line to its baseline, likewise. */
const ascent = 1.02;

export interface PlacedStyle extends TextStyle {
  readonly colour?: string;
  /** An address outside, which must be http or https to become a link. */
  readonly link?: string | null;
  /** Name of a place inside. */
  readonly goTo?: string;
}

/** What a document says of itself. */
export interface SheetInfo {
  readonly title: string;
  readonly subject: string;
  /** The date that stands in the file, so that the same report is the same bytes. */
  readonly date: Date;
}

interface Heading {
  readonly title: string;
  readonly destination: string;
  readonly pageIndex: number;
}

/** Pages that are filled from the top; knows about fonts, links and where one page ends. */
export class Sheet {
  readonly left = page.left;
  readonly headings: Heading[] = [];
  /** Where the next thing is drawn, from the top. */
  y: number = page.top;
  private readonly document: PDFKit.PDFDocument;
  private readonly layout: TextLayout;
  private readonly known = new Set<string>();

  constructor(
    { title, subject, date }: SheetInfo,
    private readonly book: FontBook,
  ) {
    this.layout = new TextLayout(book);
    this.document = new PdfDocument({
      size: [page.width, page.height],
      margin: 0,
      autoFirstPage: false,
      bufferPages: true,
      pdfVersion: '1.7',
      lang: 'en',
      displayTitle: true,
      // No default font: it would be one of the fourteen that are not embedded.
      font: '',
      info: {
        Title: title,
        Subject: subject,
        Author: 'Assay',
        Creator: 'Assay',
        Producer: 'Assay',
        CreationDate: date,
        ModDate: date,
      },
    });
  }

  /** What is left of this page, in points. */
  get room(): number {
    return page.height - page.bottom - this.y;
  }

  newPage(): void {
    this.document.addPage();
    this.y = page.top;
  }

  /** Begins a page if what comes next would not fit on this one. */
  need(height: number): void {
    if (this.room < height) this.newPage();
  }

  heightOf(lines: readonly Line[], { size }: TextStyle): number {
    return lines.length * size * lineHeight;
  }

  linesOf(text: string, style: TextStyle, width: number, most?: number): Line[] {
    return this.layout.lines(text, style, width, most);
  }

  /** A paragraph under what is there, over as many pages as it needs; `after` points stay free below. */
  paragraph(text: string, style: PlacedStyle, { indent = 0, after = 4 } = {}): void {
    const width = textWidth - indent;
    for (const line of this.linesOf(text, style, width)) {
      this.need(style.size * lineHeight);
      this.drawLines([line], style, this.left + indent, this.y, width);
      this.y += style.size * lineHeight;
    }
    this.y += after;
  }

  /** Lines at a place; those of paragraphs that run from right to left end at the right. */
  drawLines(lines: readonly Line[], style: PlacedStyle, x: number, y: number, width: number): void {
    const link = style.link !== undefined && isWebAddress(style.link) ? style.link : null;
    this.document.fillColor(style.colour ?? (link === null && style.goTo === undefined ? ink : linkInk));
    lines.forEach((line, index) => {
      let at = line.rightToLeft ? x + Math.max(0, width - line.width) : x;
      const top = y + index * style.size * lineHeight;
      if (line.runs.length > 0) this.linkTo(link, style.goTo, at, top, line.width, style.size * lineHeight);
      for (const run of line.runs) {
        this.use(run.face, style.size);
        // With features given, a run is shaped as a whole and not word by word, which matters in scripts that join letters.
        const shaping = standsByWords(run.text) ? {} : { features: [] };
        const where = { lineBreak: false, baseline: 'alphabetic', ...shaping } as const;
        this.document.text(run.text, at, top + ascent * style.size, where);
        at += run.width;
      }
    });
  }

  box(x: number, y: number, width: number, height: number, colour: string): void {
    this.document.roundedRect(x, y, width, height, 2).fill(colour);
  }

  line(y: number, colour = rule): void {
    this.document
      .moveTo(this.left, y)
      .lineTo(this.left + textWidth, y)
      .lineWidth(0.5)
      .stroke(colour);
  }

  /** A heading that stands in the table of contents and in the reader's outline, with room for something below it. */
  heading(title: string, destination: string): void {
    const style = { size: 15, weight: 700 } as const;
    this.need(style.size * lineHeight + 130);
    if (this.y > page.top) this.y += 12;
    this.document.addNamedDestination(destination, 'XYZ', 0, this.y, null);
    this.document.outline.addItem(title);
    this.headings.push({ title, destination, pageIndex: this.pageIndex });
    this.paragraph(title, style, { after: 6 });
  }

  subheading(title: string): void {
    this.need(170);
    this.y += 4;
    this.paragraph(title, { size: 11, weight: 700 }, { after: 4 });
  }

  /** Goes back to a page that is there, from its top. */
  turnTo(pageIndex: number): void {
    this.document.switchToPage(pageIndex);
    this.y = page.top;
  }

  get pageIndex(): number {
    const { start, count } = this.document.bufferedPageRange();
    return start + count - 1;
  }

  /** Numbers all pages, names the report at their foot, and gives the file. */
  async end(footer: string): Promise<Buffer> {
    const style = { size: 8, weight: 400 } as const;
    const { count } = this.document.bufferedPageRange();
    for (let index = 0; index < count; index += 1) {
      this.document.switchToPage(index);
      const number = this.linesOf(`${index + 1} / ${count}`, style, 80)[0]!;
      const top = page.height - page.bottom + 22;
      this.line(top - 6);
      this.drawLines(this.linesOf(footer, style, textWidth - 90, 1), style, this.left, top, textWidth - 90);
      this.drawLines([number], style, this.left + textWidth - number.width, top, number.width);
    }
    const chunks: Buffer[] = [];
    this.document.on('data', (chunk: Buffer) => chunks.push(chunk));
    const ended = new Promise<void>((resolve, reject) => this.document.once('end', resolve).once('error', reject));
    this.document.end();
    await ended;
    return Buffer.concat(chunks);
  }

  private use(face: Face, size: number): void {
    if (!this.known.has(face.key)) {
      this.document.registerFont(face.key, face.bytes);
      this.known.add(face.key);
    }
    this.document.font(face.key).fontSize(size);
  }

  private linkTo(
    link: string | null,
    goTo: string | undefined,
    x: number,
    y: number,
    width: number,
    height: number,
  ): void {
    if (link !== null) this.document.link(x, y, width, height, link);
    else if (goTo !== undefined) this.document.goTo(x, y, width, height, goTo);
  }
}

/** True for what may become a link: what a report quotes comes from strangers, and `javascript:` and `file:` do harm. */
export function isWebAddress(text: string | null): text is string {
  if (text === null || !/^https?:\/\//i.test(text)) return false;
  return URL.canParse(text);
}

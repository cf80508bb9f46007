import type { Severity } from '@assay/kernel';
import { limits } from '../../limits.js';
import { ink, quietInk, severityColours, shade } from './palette.js';
import { type PlacedStyle, type Sheet, textWidth } from './sheet.js';
import type { Line } from './text-layout.js';

export interface Column {
  readonly title: string;
  /** Of the width, relative to the other columns. */
  readonly share: number;
}

/** A paragraph in a cell. */
export interface Said {
  readonly text: string;
  readonly quiet?: boolean;
  readonly strong?: boolean;
  readonly link?: string | null;
  readonly colour?: string;
  /** Lines after which it is cut. */
  readonly most?: number;
}

/** What stands in a cell, one paragraph under the other. */
export type Cell = string | readonly Said[];

const size = 8;
const padding = 4;
const between = 1.5;

/** A table over as many pages as it needs; the head is repeated on each, and a row stays on one page. */
export function table(sheet: Sheet, columns: readonly Column[], rows: Iterable<readonly Cell[]>): void {
  const whole = columns.reduce((sum, { share }) => sum + share, 0);
  const widths = columns.map(({ share }) => (textWidth * share) / whole);
  const head = rowOf(
    sheet,
    columns.map(({ title }) => [{ text: title, strong: true }]),
    widths,
  );
  let isFirst = true;
  for (const cells of rows) {
    const row = rowOf(sheet, cells, widths);
    if (isFirst || sheet.room < row.height) {
      if (sheet.room < head.height + row.height) sheet.newPage();
      drawHead(sheet, head, widths);
      isFirst = false;
    }
    drawRow(sheet, row, widths);
    sheet.line(sheet.y);
  }
  sheet.y += 8;
}

interface Row {
  readonly cells: readonly (readonly { readonly lines: readonly Line[]; readonly style: PlacedStyle }[])[];
  readonly height: number;
}

function rowOf(sheet: Sheet, cells: readonly Cell[], widths: readonly number[]): Row {
  const set = cells.map((cell, column) =>
    (typeof cell === 'string' ? [{ text: cell }] : cell).map((said: Said) => {
      const style: PlacedStyle = styleOf(said);
      const most = said.most ?? limits.pdfCellLines;
      return {
        style,
        lines: sheet.linesOf(said.text.slice(0, limits.pdfCellChars), style, widths[column]! - 2 * padding, most),
      };
    }),
  );
  const heights = set.map((cell) =>
    cell.reduce((sum, { lines, style }) => sum + sheet.heightOf(lines, style) + between, -between),
  );
  return { cells: set, height: Math.max(0, ...heights) + 2 * padding };
}

function styleOf({ quiet, strong, link, colour }: Said): PlacedStyle {
  const tone = colour ?? (quiet === true ? quietInk : undefined);
  return { size, weight: strong === true ? 700 : 400, link, ...(tone !== undefined && { colour: tone }) };
}

function drawHead(sheet: Sheet, head: Row, widths: readonly number[]): void {
  sheet.box(sheet.left, sheet.y, textWidth, head.height, shade);
  drawRow(sheet, head, widths);
}

function drawRow(sheet: Sheet, { cells, height }: Row, widths: readonly number[]): void {
  let x = sheet.left + padding;
  cells.forEach((cell, column) => {
    let y = sheet.y + padding;
    for (const { lines, style } of cell) {
      sheet.drawLines(lines, style, x, y, widths[column]! - 2 * padding);
      y += sheet.heightOf(lines, style) + between;
    }
    x += widths[column]!;
  });
  sheet.y += height;
}

/** A severity as a cell. */
export function severityCell(severity: Severity): Cell {
  return [{ text: severity.toUpperCase(), strong: true, colour: severityColours[severity] ?? ink }];
}

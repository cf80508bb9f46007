import writeXlsxFile, { type Cell } from 'write-excel-file/node';
import {
  getCellAddress,
  getOrderOfSiblings,
  insertElementMarkupAccordingToOrderOfSiblings,
} from 'write-excel-file/utility';
import { limits } from '../../limits.js';
import type { CellValue, TableColumn } from './finding-columns.js';

type Workbook = Parameters<typeof writeXlsxFile>;
type Feature = NonNullable<NonNullable<Workbook[1]>['features']>[number];

/** What stands on a sheet. */
export type SheetOf = Omit<Workbook[0][number], 'sheet'>;

/** Sheets by name, as a file. Texts are texts, whatever they begin with, so that none of them becomes a formula. */
export async function workbook(sheets: Readonly<Record<string, SheetOf>>): Promise<Buffer> {
  const named = Object.entries(sheets).map(([sheet, content]) => ({ ...content, sheet }));
  return writeXlsxFile(named, { features: [autoFilter] }).toBuffer();
}

/** A sheet of rows under a head that stays in sight and filters; not more than a sheet takes. */
export function rowsSheet<Row>(columns: readonly TableColumn<Row>[], list: readonly Row[]): SheetOf {
  const head = columns.map(({ title }) => ({ value: title, fontWeight: 'bold', backgroundColor: '#eaeef2' }) as const);
  const data = list.slice(0, limits.xlsxRows).map((row) => columns.map(({ value }) => cellOf(value(row))));
  return { data: [head, ...data], columns: columns.map(({ width }) => ({ width })), stickyRowsCount: 1 };
}

/** A sheet of facts, one under the other. */
export function factsSheet(facts: readonly (readonly [string, CellValue])[]): SheetOf {
  const data = facts.map(([name, value]) => [{ value: name, fontWeight: 'bold' } as const, cellOf(value)]);
  return { data, columns: [{ width: 32 }, { width: 80 }] };
}

function cellOf(value: CellValue): Cell {
  if (value === null || value === '') return null;
  if (typeof value === 'string') return { value: value.slice(0, limits.xlsxCellChars), type: String };
  if (value instanceof Date) return { value, type: Date, format: 'yyyy-mm-dd hh:mm' };
  return value;
}

/** The arrows in the head by which people sort and filter, on every sheet whose head is frozen. */
const autoFilter: Feature = {
  files: {
    transform: {
      'xl/worksheets/sheet{id}.xml': {
        transform: (xml, { stickyRowsCount, columns }) => {
          if (stickyRowsCount !== 1 || columns === undefined) return xml;
          const last = getCellAddress((xml.match(/<row[ >]/g) ?? []).length - 1, columns.length - 1);
          const element = `<autoFilter ref="A1:${last}"/>`;
          const order = getOrderOfSiblings('xl/worksheets/sheet{id}.xml', 'worksheet') ?? [];
          return insertElementMarkupAccordingToOrderOfSiblings(xml, element, order, 'worksheet');
        },
      },
    },
  },
};

import { quietInk } from './palette.js';
import { type Sheet, textWidth } from './sheet.js';

/** The table of contents, on the page that was kept for it: each entry leads to its section. */
export function contents(sheet: Sheet): void {
  sheet.paragraph('Contents', { size: 15, weight: 700 }, { after: 10 });
  for (const { title, destination, pageIndex } of sheet.headings) {
    const style = { size: 10.5, weight: 400, goTo: destination } as const;
    const [line] = sheet.linesOf(title, style, textWidth - 60, 1);
    const number = { ...style, colour: quietInk };
    const [page] = sheet.linesOf(String(pageIndex + 1), number, 50);
    sheet.drawLines([line!], style, sheet.left, sheet.y, textWidth - 60);
    sheet.drawLines([page!], number, sheet.left + textWidth - page!.width, sheet.y, 50);
    sheet.y += 18;
    sheet.line(sheet.y - 2);
  }
}

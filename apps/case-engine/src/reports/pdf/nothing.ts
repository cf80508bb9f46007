import { quietInk } from './palette.js';
import type { Sheet } from './sheet.js';

/** Says that a section is empty: silence could also mean that nobody looked. */
export function nothing(sheet: Sheet, sentence: string): void {
  sheet.paragraph(sentence, { size: 10, weight: 400, colour: quietInk }, { after: 8 });
}

/** Says how many rows of a list are not shown. */
export function omission(sheet: Sheet, omitted: number): void {
  if (omitted <= 0) return;
  const sentence = `${omitted} more are left out here; report.json has every one of them.`;
  sheet.paragraph(sentence, { size: 9, weight: 700 }, { after: 8 });
}

/**
 * The text in a form that Postgres takes: U+0000, which `text` can't hold, and halves of surrogate pairs, which `jsonb`
 * refuses, become U+FFFD. Longer than `maxLength` it is cut and ends in an ellipsis.
 */
export function storableText(text: string, maxLength: number): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return cut.toWellFormed().replaceAll('\u0000', '\uFFFD');
}

import { maxTextLength } from '../limits.js';

/** Elements of XHTML that begin on a new line. */
const blocks = new Set(['br', 'p', 'li', 'ul', 'ol', 'pre', 'div', 'table', 'tr', 'dt', 'dd', 'h1', 'h2', 'h3', 'h4']);

/** Twice what is kept in the end, as much of it is white space. */
const maxCollected = 2 * maxTextLength;

/**
 * The text of an element that may hold XHTML, as plain text: line breaks where blocks begin and end, other white space as one
 * blank; a script is left as it is.
 */
export class Prose {
  #text = '';
  #preformatted = 0;

  constructor(private readonly isScript: boolean = false) {}

  add(text: string): void {
    if (this.#text.length > maxCollected) return;
    this.#text += this.isScript || this.#preformatted > 0 ? text : text.replace(/\s+/g, ' ');
  }

  opened(name: string): void {
    if (name === 'pre') this.#preformatted++;
    this.#break(name);
  }

  closed(name: string): void {
    if (name === 'pre') this.#preformatted--;
    if (name !== 'br') this.#break(name);
  }

  toString(): string {
    if (this.isScript) return this.#text.replace(/^\s*\n/, '').trimEnd();
    const lines = this.#text.split('\n').map((line) => line.trim());
    return lines
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim();
  }

  #break(name: string): void {
    if (!this.isScript && blocks.has(name) && this.#text.length <= maxCollected) this.#text += '\n';
  }
}

import { maxWarningsPerDocument } from '../limits.js';
import { storableText } from '../text/storable-text.js';
import type { SbomWarning } from './sbom.js';

/** Longest text quoted in a warning. */
const quotedLength = 120;

/** The warnings about one document, and which references it has defined and used. */
export class SbomNotes {
  readonly #warnings: SbomWarning[] = [];
  #omitted = 0;
  readonly #defined = new Set<string>();
  /** Used before they were defined, or never defined. */
  readonly #awaited = new Set<string>();

  /** Notes what is odd at a place; `quoted` is text of the document and is cut. */
  warn(code: SbomWarning['code'], message: string, quoted?: string): void {
    if (this.#warnings.length >= maxWarningsPerDocument) this.#omitted += 1;
    else {
      const quote = quoted === undefined ? '' : `: ${storableText(quoted, quotedLength)}`;
      this.#warnings.push({ code, message: `${message}${quote}` });
    }
  }

  /** A reference that something of the document calls itself by. Twice the same is odd, and both stay in the inventory. */
  define(reference: string, field: string): void {
    if (this.#defined.has(reference)) this.warn('duplicate-reference', `${field} repeats a reference`, reference);
    this.#defined.add(reference);
    this.#awaited.delete(reference);
  }

  /** A reference to something that should be in the document, before or after. */
  use(reference: unknown): void {
    if (typeof reference === 'string' && !this.#defined.has(reference)) this.#awaited.add(reference);
  }

  /** All warnings, once the document has ended. */
  finish(): SbomWarning[] {
    for (const reference of this.#awaited) this.warn('dangling-reference', 'nothing has the reference', reference);
    if (this.#omitted === 0) return this.#warnings;
    return [...this.#warnings, { code: 'too-many', message: `${this.#omitted} more warnings are left out` }];
  }
}

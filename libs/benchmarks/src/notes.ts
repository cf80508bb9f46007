import { maxNotes } from './limits.js';

/** What was odd about a document, in sentences, each once and not too many. */
export class Notes {
  readonly #sentences = new Set<string>();

  add(sentence: string): void {
    if (this.#sentences.size < maxNotes) this.#sentences.add(sentence);
  }

  list(): string[] {
    return [...this.#sentences];
  }
}

import { maxDepth, maxDocumentBytes, maxShownNameLength, maxStringBytes, scanWindowBytes } from '@assay/documents';
import { AssayError } from '@assay/kernel';
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { refuse } from '../benchmarks.errors.js';
import { maxXmlAttributes } from '../limits.js';

/** An element that begins: its namespace, its name in it, and its attributes that belong to no namespace. */
export interface XmlElement {
  readonly namespace: string;
  readonly name: string;
  /** The attribute's value, undefined if there is none. */
  attribute(name: string): string | undefined;
}

/** Hears what stands in a document. Texts come in pieces of up to a mebibyte. */
export interface XmlListener {
  opened(element: XmlElement): void;
  text(text: string): void;
  closed(): void;
}

/**
 * XML 1.0 with namespaces, in UTF-8, as its bytes arrive; nothing is kept but names of open elements. A document type declaration
 * is refused, and with it every entity but the five of XML: no expansion, no reading of other files.
 *
 * Throws `AssayError('invalid')` with `documents.syntax`, `documents.encoding`, `documents.truncated`, `documents.empty`,
 * `documents.too-large`, `documents.too-deep`, `documents.too-wide`, `documents.string-too-long` or `benchmarks.doctype`.
 */
export class XmlParser {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  readonly #sax: SaxesParser<{ xmlns: true }>;
  #bytes = 0;
  #depth = 0;
  #attributes = 0;
  #sinceEvent = 0;
  #hasRoot = false;

  constructor(private readonly listener: XmlListener) {
    const sax = new SaxesParser({ xmlns: true, position: true });
    this.#sax = sax;
    sax.on('xmldecl', ({ encoding }) => this.#checkEncoding(encoding));
    sax.on('doctype', () => {
      throw refuse(
        'benchmarks.doctype',
        'The document has a document type declaration; documents with one are refused.',
      );
    });
    sax.on('attribute', () => this.#countAttribute());
    sax.on('opentag', (tag) => this.#open(tag));
    sax.on('closetag', () => {
      this.#depth--;
      this.#progress();
      listener.closed();
    });
    for (const event of ['text', 'cdata'] as const) sax.on(event, (text) => this.#text(text));
    for (const event of ['comment', 'processinginstruction'] as const) sax.on(event, () => this.#progress());
  }

  /** Reads the next bytes. */
  write(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#bytes > maxDocumentBytes) {
      throw invalid('documents.too-large', `The document is larger than ${maxDocumentBytes} bytes.`);
    }
    for (let from = 0; from < chunk.length; from += scanWindowBytes) {
      this.#write(this.#decoded(chunk.subarray(from, from + scanWindowBytes)));
    }
  }

  /** Says that no more bytes will come. */
  end(): void {
    this.#write(this.#decoded());
    if (!this.#hasRoot) throw invalid('documents.empty', 'The document has no XML element.');
    try {
      this.#sax.close();
    } catch (error) {
      throw invalid('documents.truncated', `The document ends in the middle of the XML: ${wordsOf(error)}`, error);
    }
  }

  #write(text: string): void {
    this.#sinceEvent += text.length;
    try {
      this.#sax.write(text);
    } catch (error) {
      if (error instanceof AssayError) throw error;
      throw invalid('documents.syntax', `The document is no well-formed XML: ${wordsOf(error)}`, error);
    }
    if (this.#sinceEvent > maxStringBytes) {
      throw invalid('documents.string-too-long', `A text of the document is longer than ${maxStringBytes} bytes.`);
    }
  }

  #decoded(chunk?: Uint8Array): string {
    try {
      return chunk === undefined ? this.#decoder.decode() : this.#decoder.decode(chunk, { stream: true });
    } catch (error) {
      throw invalid('documents.encoding', `The document is not UTF-8, before byte ${this.#bytes}.`, error);
    }
  }

  #checkEncoding(encoding: string | undefined): void {
    if (encoding === undefined || /^(?:utf-?8|us-ascii)$/i.test(encoding)) return;
    const shown = encoding.slice(0, maxShownNameLength);
    throw invalid('documents.encoding', `The document says that it is in ${shown}; only UTF-8 is read.`);
  }

  #open({ uri, local, attributes }: SaxesTagNS): void {
    this.#progress();
    this.#attributes = 0;
    this.#hasRoot = true;
    if (++this.#depth > maxDepth) {
      throw invalid('documents.too-deep', `The document nests deeper than ${maxDepth} levels.`);
    }
    this.listener.opened({
      namespace: uri,
      name: local,
      attribute: (name) => (Object.hasOwn(attributes, name) ? attributes[name]!.value : undefined),
    });
  }

  #countAttribute(): void {
    if (++this.#attributes <= maxXmlAttributes) return;
    throw invalid('documents.too-wide', `An element has more than ${maxXmlAttributes} attributes.`);
  }

  #text(text: string): void {
    this.#progress();
    this.listener.text(text);
  }

  #progress(): void {
    this.#sinceEvent = 0;
  }
}

function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.length > 200 ? `${message.slice(0, 200)}…` : message;
}

function invalid(code: string, message: string, cause?: unknown): AssayError {
  return new AssayError('invalid', code, message, { cause });
}

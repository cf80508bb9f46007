import { ByteSpan } from './byte-span.js';
import { JsonGuard, type StructureListener } from './json-guard.js';
import { maxOutlinePaths, maxShownNameLength, outlineDepth } from './limits.js';
import { Byte, nameOf } from './json-bytes.js';

/**
 * What the beginning of a JSON document shows of its structure: the paths of its members down to `outlineDepth`, `*` for the
 * items of an array (`matches.*.vulnerability.id`, `*.RuleID`). Never throws: where the bytes end or are no JSON, the
 * outline ends. To tell what a document is before it is read; names inside of texts can't fool it.
 */
export function outlineOf(head: Uint8Array): ReadonlySet<string> {
  const listener = new OutlineListener();
  try {
    listener.span.enterChunk(head);
    new JsonGuard(undefined, listener).write(head);
  } catch {
    // What was seen before the mistake stands; the reader of the document will name it.
  }
  return listener.paths;
}

class OutlineListener implements StructureListener {
  readonly span = new ByteSpan();
  readonly paths = new Set<string>();
  readonly watchedDepth = outlineDepth;
  /** The path of each open container, from the root on, and that of the value that comes next. */
  private readonly open: string[] = [];
  private readonly isArray: boolean[] = [];
  private next = '';

  keyStarts(offset: number): void {
    this.span.open(offset);
  }

  keyEnds(offset: number): void {
    this.next = this.below(nameOf(this.span.close(offset)).slice(0, maxShownNameLength));
    if (this.paths.size < maxOutlinePaths) this.paths.add(this.next);
  }

  valueStarts(_offset: number, depth: number, firstByte: number): void {
    this.open.length = depth;
    this.isArray.length = depth;
    const path = depth > 0 && this.isArray[depth - 1] === true ? this.below('*') : this.next;
    if (firstByte !== Byte.openBrace && firstByte !== Byte.openBracket) return;
    this.open.push(path);
    this.isArray.push(firstByte === Byte.openBracket);
  }

  valueEnds(_offset: number, depth: number): void {
    this.open.length = Math.min(this.open.length, depth);
  }

  /** The path of something in the innermost open container. */
  private below(name: string): string {
    const parent = this.open.at(-1) ?? '';
    return parent === '' ? name : `${parent}.${name}`;
  }
}

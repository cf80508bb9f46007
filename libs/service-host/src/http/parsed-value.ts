import { AssayError, type FieldError } from '@assay/kernel';
import type { HttpErrorCode } from './http.errors.js';
import { maxParsedDepth, maxParsedValues } from './limits.js';

interface Node {
  readonly value: unknown;
  readonly key: string;
  readonly parent: Node | null;
  readonly depth: number;
}

/**
 * Refuses a parsed body or query that no DTO may see: deeper than `maxParsedDepth`, of more than `maxParsedValues`
 * values, or with the character NUL in a text. The transformer and the validator recurse and look at every field, so
 * depth would overflow the stack and width would hold the event loop; and PostgreSQL keeps any character but NUL.
 * Walks without recursion. Instances of classes, as streams and buffers are, are no parsed values and left alone.
 *
 * @throws AssayError `http.malformed-body` for the shape, `http.validation-failed` with the field for NUL
 */
export function refuseUnusable(value: unknown): void {
  const waiting: Node[] = [{ value, key: '', parent: null, depth: 0 }];
  for (let seen = 0; ; seen += 1) {
    const node = waiting.pop();
    if (node === undefined) return;
    if (seen > maxParsedValues) throw malformed(`holds more than ${maxParsedValues} values`);
    if (node.depth > maxParsedDepth) throw malformed(`is nested more than ${maxParsedDepth} levels deep`);
    if (typeof node.value === 'string' && node.value.includes('\0')) throw unstorable(node);
    if (!isParsedContainer(node.value)) continue;
    for (const [key, inner] of Object.entries(node.value)) {
      if (key.includes('\0')) throw unstorable(node);
      waiting.push({ value: inner, key, parent: node, depth: node.depth + 1 });
    }
  }
}

function isParsedContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  // Plain objects, and those of the query parser, whose prototype is an empty one of its own.
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function malformed(what: string): AssayError {
  return new AssayError<HttpErrorCode>('invalid', 'http.malformed-body', `The body ${what}.`);
}

function unstorable(node: Node): AssayError {
  const fields: FieldError[] = [{ field: fieldOf(node), message: 'must not hold the character U+0000' }];
  const message = 'The request has fields that are wrong.';
  return new AssayError<HttpErrorCode>('invalid', 'http.validation-failed', message, { fields });
}

function fieldOf(node: Node): string {
  const path: string[] = [];
  for (let at: Node = node; at.parent !== null; at = at.parent) path.unshift(at.key);
  return fieldName(path);
}

/** How an error names a field: the name at the top, a JSON pointer (RFC 6901) for what lies deeper. */
export function fieldName(path: readonly string[]): string {
  return path.length <= 1 ? (path[0] ?? '') : path.map((part) => `/${escaped(part)}`).join('');
}

function escaped(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}

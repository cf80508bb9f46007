import { AssayError } from '@assay/kernel';

/** Everything this package can say about a document. All are of kind `invalid`: the same bytes will never do. */
export type DocumentErrorCode =
  | 'documents.compression-ratio'
  | 'documents.corrupt-compression'
  | 'documents.duplicate-key'
  | 'documents.element-too-large'
  | 'documents.empty'
  | 'documents.encoding'
  | 'documents.missing-element'
  | 'documents.string-too-long'
  | 'documents.syntax'
  | 'documents.too-deep'
  | 'documents.too-large'
  | 'documents.too-wide'
  | 'documents.truncated'
  | 'documents.unknown-encoding';

/** The refusal of a document, with a message for the eyes of whoever sent it. */
export function refuse(code: DocumentErrorCode, message: string, cause?: unknown): AssayError<DocumentErrorCode> {
  return new AssayError('invalid', code, message, { cause });
}

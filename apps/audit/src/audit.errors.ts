/** Everything the audit service can refuse or report, as the `code` of an `AssayError`. */
export type AuditErrorCode =
  | 'audit.note-malformed'
  | 'audit.note-unsigned'
  | 'audit.note-signature-wrong'
  | 'audit.key-malformed'
  | 'audit.checkpoint-malformed'
  | 'audit.checkpoint-of-another-log'
  | 'audit.tile-path-malformed'
  | 'audit.tile-outside-log'
  | 'audit.bundle-malformed'
  | 'audit.entry-too-large'
  | 'audit.entry-invalid'
  | 'audit.range-outside-log'
  | 'audit.hashes-missing';

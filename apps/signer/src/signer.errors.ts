/** Everything the signer can refuse or report, as the `code` of an `AssayError`. */
export type SignerErrorCode =
  | 'signer.master-key-too-short'
  | 'signer.master-key-wrong'
  | 'signer.sealed-key-damaged'
  | 'signer.envelope-malformed'
  | 'signer.bundle-malformed';

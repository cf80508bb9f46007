/** Everything the signer can refuse or report, as the `code` of an `AssayError`. */
export type SignerErrorCode =
  | 'signer.envelope-malformed'
  | 'signer.bundle-malformed'
  | 'signer.document-tampered'
  | 'signer.no-such-attestation'
  | 'signer.no-such-key'
  | 'signer.no-such-image'
  | 'signer.digest-malformed'
  | 'signer.name-malformed'
  | 'signer.upload-malformed'
  | 'signer.blob-too-large'
  | 'signer.worker-failed';

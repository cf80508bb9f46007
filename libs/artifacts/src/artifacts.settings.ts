/** A folder on this machine, or one that all processes share. */
export interface FolderSettings {
  readonly driver: 'folder';
  readonly directory: string;
  /** Where large bodies wait while they arrive; `.spool` in `directory` unless given. */
  readonly spoolDirectory?: string;
}

/** A bucket of an S3 server. */
export interface S3Settings {
  readonly driver: 's3';
  /** `http://host:port` or `https://host`. */
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Made at start if it is missing. */
  readonly bucket: string;
  /** `us-east-1` unless given, which MinIO and SeaweedFS take for theirs. */
  readonly region?: string;
  /** Where large bodies wait while they arrive; in the system's temporary folder unless given. */
  readonly spoolDirectory?: string;
}

export type ArtifactsSettings = FolderSettings | S3Settings;

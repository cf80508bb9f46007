/** What operators set for accepting documents. */
export interface IngestSettings {
  /** Of one document, unpacked. */
  readonly maxDocumentBytes: number;
  /** Of one tenant in a day, UTC. */
  readonly dailyDocuments: number;
  readonly dailySignals: number;
  readonly dailyBytes: number;
  /** Of one credential, at each gateway. */
  readonly requestsPerSecond: number;
  /** Whether credentials of CI may send VEX. */
  readonly vexFromCi: boolean;
}

/** Injects the `IngestSettings`. */
export const INGEST_SETTINGS = Symbol('assay-ingest-settings');

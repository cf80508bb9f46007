/** Numbers of case-engine, each with its reason. Pinned by `limits.spec.ts`. */
export const limits = {
  /** Largest findings document that is judged: about 60,000 findings. It is held whole, so it must have an end. */
  findingsDocumentBytes: 64 * 1024 * 1024,
  /**
   * Findings documents kept parsed, by the size of their bytes: a run of several documents and the baseline of every pull
   * request are read again and again. In memory they take about three times that.
   */
  findingsCacheBytes: 16 * 1024 * 1024,
  /** Scans judged at once per lane and process: while one waits for Postgres, another computes; the pool has 12 connections. */
  judgeConcurrency: 8,
  /** What `change` of a `findings.judged` may weigh; the rest of a 64 KiB message is envelope and counts. */
  inlineChangeBytes: 56 * 1024,
  /** Longest provider, as SecureCase stores it (`wire/securecase.md` §3.1). Indexes hold such names, and their rows have an end. */
  providerChars: 50,
  /** Longest org, repo and branch, as SecureCase stores them. */
  nameChars: 200,
  /** Longest image name, digest, run address or id: what SecureCase allows for an address. */
  textChars: 500,
  /** How often lapsed exceptions are looked for. Between the date and the tick judgements already ignore them. */
  expiryTickMs: 1_000,
  /** Lapsed exceptions ended per tick; the rest waits for the next one. */
  expiryBatch: 100,
  /** The most cases of one page, and how many there are where nobody says (`api.md`, Lists). */
  casesPage: 500,
  /** Findings that a diff shows of each side: what one page of any list has at most. */
  diffFindings: 500,
  /** Packages of one report. The largest SBOM of our corpus lists about 14,000; so many take some 30 MB in memory. */
  reportPackages: 50_000,
  /** Rows of a report's lists that are written at once: about 1 MB, between which others have their turn. */
  reportRowsAtOnce: 500,
  /** Entries of an exclusion file: PatchHound's largest known ones have some hundred. */
  exclusionEntries: 5_000,
  /** Longest reason of an exception and longest comment on a case: a paragraph. */
  reasonChars: 2_000,
} as const;

/**
 * Limits of the scanner. Pinned by `limits.spec.ts`; lengths are in UTF-16 code units, what JavaScript calls `length`.
 */

/** A component's name. The longest of our corpus has 199; more is cut, for lists and messages carry the name. */
export const maxNameLength = 1_000;

/** A component's version. Real ones reach 120 (Go pseudo-versions, module builds of rpm). */
export const maxVersionLength = 300;

/** A purl. Cutting one would name another package, so a longer one is no purl for us. Qualifiers of syft reach 600. */
export const maxPurlLength = 4_000;

/** A licence name or expression; some tools put the first lines of the licence text there. */
export const maxLicenseLength = 500;

/** Licences of one component; a kernel package lists about 60. */
export const maxLicensesPerComponent = 100;

/** Warnings kept for one document. They are for a person to read; the number of the rest is told. */
export const maxWarningsPerDocument = 100;

/** A title or summary of an advisory or a finding; the details stay in the document. */
export const maxTitleLength = 1_000;

/** Alias ids of one advisory. Real ones have up to 60; a record that names thousands would merge what is not the same. */
export const maxAliasesPerAdvisory = 200;

/**
 * Packages of one SPDX document whose names are kept until the end, where the relationship stands that says which of them the
 * document describes. In larger documents a later one is not found, and the document's own name is shown.
 */
export const maxRememberedPackages = 20_000;

/** One line of a feed, thus one advisory. The largest of the public feeds (a kernel advisory with its packages) has 3 MiB. */
export const maxFeedLineBytes = 16 * 1024 * 1024;

/**
 * Bytes looked at to tell what a document is before it is read: one chunk. Real reports say what they are within the first 300,
 * but SARIF that somebody sorted by name, or npm audit with many actions, only behind their first list.
 */
export const reportHeadBytes = 64 * 1024;

/** What a tool says about a finding. The longest of our corpus has 30,000; the rest is behind the references. */
export const maxDescriptionLength = 2_000;

/** What a tool says to do about it; real ones are a sentence or two. */
export const maxRemediationLength = 1_000;

/** Pages about a finding: trivy and grype list up to 60, of which the first few are the advisories. */
export const maxReferences = 5;

/** An address of a page; the longest of our corpus has 300 characters. Longer ones are left out, as cut they lead nowhere. */
export const maxReferenceLength = 1_000;

/** A tool's mark of an occurrence: hashes, or gitleaks' commit, file, rule and line. */
export const maxFingerprintLength = 1_000;

/**
 * Characters of descriptions, remediations and references in the findings document of one report, so that 100,000 findings stay
 * readable for every service: the worst keep theirs, the rest keep all but these.
 */
export const maxDetailCharsPerReport = 8 * 1024 * 1024;

/**
 * The same characters while a report is read, before the worst findings are known: four times as many, which a process holds
 * for each of its readers. What is read after them has its title and its place.
 */
export const maxReadDetailChars = 32 * 1024 * 1024;

/** Characters kept of a SARIF message that waits for its rule after that: enough for the package in trivy's words. */
export const maxWaitingMessageLength = 300;

/** Rules of one SARIF run that are kept for its results. CodeQL has 500, all of semgrep's registry 3,000. */
export const maxSarifRules = 20_000;

/** Packages whose advisories are kept in memory; most have none. A portfolio of this many different packages is a large one. */
export const maxCachedPackages = 50_000;

/** Vulnerability ids of reports that are kept in memory with what they mean. */
export const maxCachedVulnerabilities = 20_000;

/** CVSS vectors that are kept in memory with their rating, about 300 bytes each. */
export const maxCachedVectors = 20_000;

/** A CVSS vector. One of version 4.0 with every metric there is has 210 characters. */
export const maxVectorLength = 400;

/** Components that are known to be stored, kept in memory as ids: 36 characters each, so about 20 MB. */
export const maxCachedComponents = 100_000;

/** Documents up to this size are parsed on the event loop, in about 10 ms; for larger ones the other handlers do not wait. */
export const maxInlineDocumentBytes = 1024 * 1024;

/** Threads that parse large documents: one for each of two cores. */
export const parserThreads = 2;

/** Chunks of a document on their way to a parser thread at once: at up to 1 MiB each it is never idle and holds 3 MiB. */
export const parserChunksInFlight = 3;

/** Documents in one transaction, where that many wait: statements are shared, and a verdict waits for few neighbours. */
export const documentsPerBatch = 32;

/** Batches of documents in work at once per lane: three documents that take minutes leave a way past them. */
export const documentBatches = 4;

/** How long a batch waits for company under load: 5 ms make one transaction of three, and 16 made no fewer. */
export const gatherDocumentsMs = 5;

/** Components whose findings are kept in memory, for the next document that has them; most have none. */
export const maxCachedMatches = 50_000;

/** Records of a feed that a reader thread hands over at once: about half a megabyte. */
export const feedBatchRecords = 250;

/** Records of a feed per statement: with kernel advisories of 100 KB each, some 10 MB at worst and 0.7 MB as a rule. */
export const importSliceRecords = 500;

/** Characters of records that an import keeps in memory, a byte each: the shipped feeds have 26 million, all of npm 200. */
export const maxBufferedImportChars = 48 * 1024 * 1024;

/** Refused records of an import that are named; the number of all is told. */
export const maxNamedRejections = 50;

/** Packages per statement when a delta is joined with the inventory: a second of work for a portfolio of millions. */
export const touchedPackagesPerSlice = 500;

/** A refresh this young is fresh enough for whoever wants feeds fresh: the rescans of all tenants begin within one. */
export const freshRefreshMs = 10 * 60_000;

/** How often a replica looks for refreshes that another one queued or left behind. */
export const refreshSweepMs = 15_000;

/** A refresh in work gives a sign of life this often. */
export const refreshHeartbeatMs = 10_000;

/** After this much silence the process that worked on a refresh is taken for dead: six missed signs of life. */
export const refreshSilenceMs = 60_000;

/** Time for one file of a feed. The largest (all of npm, 200 MB) takes this long at 3 Mbit/s. */
export const feedDownloadTimeoutMs = 10 * 60_000;

/** Bytes of one file of a feed: ten times the largest there is. */
export const maxFeedDownloadBytes = 2 * 1024 * 1024 * 1024;

/** How often an upload looks whether its import is over; whoever waits for a file of a feed waits seconds. */
export const uploadPollMs = 100;

/** A path or address of a feed. */
export const maxFeedSourceLength = 2_000;

/** Advisories shown of one vulnerability; a kernel flaw has some dozens. */
export const maxListedAdvisories = 200;

/** Scans made again per slice of the job: about a second of work, so that other tenants get their turn. */
export const rejudgedScansPerSlice = 20;

/** Findings documents of what is remembered of documents, in bytes; in memory each takes about three times as much. */
export const maxRememberedReadingBytes = 24 * 1024 * 1024;

/**
 * For how long a document that is sent again is not read again. Its findings document may be removed by somebody; who
 * restores it by sending the document anew waits for this long at most.
 */
export const readingMemoryMs = 10 * 60_000;

/** Earlier scans matched anew per request: some seconds of work where each is a large report. */
export const maxRematchedScans = 50;

/** EPSS scores per statement: 34 statements for all that there are, half a megabyte each. */
export const epssRowsPerBatch = 10_000;

/** A line of EPSS scores; real ones have 40 characters, the comment at the top 70. */
export const maxEpssLineChars = 1_000;

/** What an advisory says at length, in findings: the first paragraphs; the median of the shipped ones has 400 characters. */
export const maxAdvisoryDescriptionLength = 1_000;

/** Findings documents that are known to have been stored lately, as digests: about 2 MB. */
export const maxRememberedPuts = 10_000;

/** Purls whose place is remembered: two texts of at most `maxRememberedPurlLength` each, so 10 MB at worst and 2 as a rule. */
export const maxRememberedPlaces = 10_000;

/** Characters of a purl whose place is remembered. Real ones have 40 to 150. */
export const maxRememberedPurlLength = 256;

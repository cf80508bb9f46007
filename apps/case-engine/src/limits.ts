/** Numbers of case-engine, each with its reason. Pinned by `limits.spec.ts`. */
export const limits = {
  /** Largest findings document that is judged: about 60,000 findings. It is held whole, so it must have an end. */
  findingsDocumentBytes: 64 * 1024 * 1024,
  /**
   * Findings documents kept parsed, by the size of their bytes: a run of several documents and the baseline of every pull
   * request are read again and again. In memory they take about three times that.
   */
  findingsCacheBytes: 16 * 1024 * 1024,
  /** Scans judged in one transaction: about what arrives while the batch before is judged, under the load we promise. */
  judgeBatch: 64,
  /** Batches judged at once per lane and process: while one waits for Postgres, another computes. More make small batches. */
  judgeConcurrency: 2,
  /** How long a batch waits for company under load: 5 ms make one transaction of three, and 16 made no fewer. */
  gatherJudgedMs: 5,
  /** What the findings documents of the scans judged together may weigh; in memory they take about three times that. */
  judgedAtOnceBytes: 16 * 1024 * 1024,
  /** Largest file of exclusions that comes with a run: 10,000 of them with a sentence each. */
  ciExclusionsBytes: 4 * 1024 * 1024,
  /** Files of exclusions kept after reading, one per repository that is busy; mostly they are empty. */
  ciExclusionsKept: 200,
  /** Ids named of each kind of difference between a verdict's findings and today's: enough to begin with, the counts say the rest. */
  differencesNamed: 50,
  /** What the documents and exceptions behind a verdict may weigh in its event; verdict, policy and envelope take 8 KiB. */
  inlineBasisBytes: 48 * 1024,
  /** As many documents and exceptions surely fit: each takes less than 1.2 KiB, its names at their longest. */
  surelyInlineParts: 20,
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
  /** Rows of one list of a PDF, about 200 pages: nobody reads more on paper, and report.json has them all. */
  pdfRows: 2_000,
  /** Packages that a PDF lists, likewise. */
  pdfPackageRows: 5_000,
  /** Characters of one paragraph of a cell that are looked at: more do not fit into the lines that a cell has. */
  pdfCellChars: 2_000,
  /** Characters of a package's texts that a report takes over: names and purls of real packages stay below 300. */
  packageTextChars: 1_000,
  /** Files that one package of a report may be found in. */
  packageLocations: 100,
  /** Rows of one sheet of a workbook; Excel takes a million, and memory for so many cells would be gigabytes. */
  xlsxRows: 50_000,
  /** Characters of a cell: what Excel holds (its specifications and limits). */
  xlsxCellChars: 32_767,
  /** Files of reports that wait to be made, in one process: each takes seconds, and nobody waits for minutes. */
  reportsWaiting: 16,
  /** When to try again where too many wait. */
  reportsRetrySeconds: 10,
  /** The longest that making one file may take: ten times what the largest one we make takes. */
  reportRenderingMs: 300_000,
  /** Subjects of a repository's report: the newest ones; open pull requests of a busy repository are some hundred. */
  repositorySubjects: 500,
  /** Open findings of a repository's report. */
  repositoryFindings: 20_000,
  /** Lines of one cell of a PDF: half a page of the smallest print, so that a row always fits on one. */
  pdfCellLines: 24,
  /** Widths of words that are kept while a PDF is set: some 10 MB. */
  pdfKeptWidths: 50_000,
  /** Rows of a report's lists that are written at once: about 1 MB, between which others have their turn. */
  reportRowsAtOnce: 500,
  /** Largest VEX document, parsed whole: the largest of Red Hat's for one vulnerability have 2 MiB. */
  vexDocumentBytes: 16 * 1024 * 1024,
  /** Statements of one VEX document, each of which may become an exception. */
  vexStatements: 20_000,
  /** Warnings of a VEX document that are told; an event has an end. */
  vexWarnings: 50,
  /** Cases whose verdicts are decided anew at once, with all their findings: about 50,000 of them in memory. */
  casesRedecidedAtOnce: 100,
  /** Entries of an exclusion file: PatchHound's largest known ones have some hundred. */
  exclusionEntries: 5_000,
  /** Teams of one tenant: all of them are held against each repository of a page. */
  teams: 500,
  /** Patterns and channels of one team: what a person still reads. */
  teamEntries: 100,
  /** Days without a run after which a case is closed, where the tenant says nothing: a change that nobody has touched for a month is forgotten. */
  staleAfterDays: 30,
  /** The longest that a tenant may set: ten years. */
  staleAfterMostDays: 3_650,
  /** Cases closed in one transaction: their findings are ended with one statement, and other judgements wait meanwhile. */
  staleBatch: 100,
  /** Runs of a case that are looked through for the newest, or for those before and after one: later ones lie among them. */
  neighbourRuns: 200,
  /** Recorded runs that are compared with their previous ones together. */
  compareBatch: 100,
  /** History is read by people, seconds later. */
  gatherComparedMs: 100,
  /** Documents and alerts of a run that a list shows of each: PatchHound sends four, and channels are few. */
  historyEntries: 20,
  /** Runs that a trend is made from, the last ones: a tenth of a second's work. */
  trendRuns: 10_000,
  /** Points of one trend, the last ones: more than a chart can show. */
  trendPoints: 1_000,
  /** Largest report that is shown within its case; larger ones have an address of their own. */
  includedReportBytes: 16 * 1024 * 1024,
  /** Runs that one slice of a rescan looks at: a second or two, so that other tenants have their turn. */
  rescanSliceRuns: 25,
  /** Slices of one rescan at once, over all replicas: what signer and scanner are asked for beside the documents of CI. */
  rescanLanes: 4,
  /** Slices at once in one process: while one waits for signer or scanner, another computes. */
  rescanConcurrency: 2,
  /** Runs of a branch or image that are looked at, the newest ones, where nobody says: about a quarter of daily releases. */
  rescanVersions: 100,
  /** The most that a tenant may set, of runs that are looked at or kept of one subject. */
  rescanMostVersions: 10_000,
  /** A run this young may not be attested yet, and that is no tampering. After it, what has no attestation lacks it. */
  attestedWithinMs: 60 * 60_000,
  /** When a run that was put off, because it is not attested yet or got another document meanwhile, is looked at again. */
  rescanPutOffMs: 5_000,
  /** Documents per request to the signer, and scans per request to the scanner: what they take at most. */
  verifiedAtOnce: 100,
  rematchedAtOnce: 50,
  /** What fifty large documents take to be read and matched, ten times over. */
  rescanAnswerMs: 300_000,
  /** How long a rescan waits for feeds to be refreshed, from its beginning: a first import of all ecosystems takes minutes. */
  feedsWaitMs: 15 * 60_000,
  /** Findings that each list of a `run.rescanned` names, as its contract says, and what a list may weigh in its message. */
  rescanNamed: 200,
  rescanNamedBytes: 24 * 1024,
  /** News of one rescan that its run's list shows. */
  rescanNewsShown: 200,
  /** Findings that a report lists of each kind of news. */
  reportNews: 5_000,
  /** Rescans are kept this long; of a run's own, those that stopped or found something for as long as the run. */
  rescanKeepDays: 90,
  /** Runs expired in one transaction. */
  expiredAtOnce: 200,
  /** Events of signals that are indexed in one transaction: about a hundred signals each where hosts send many at once. */
  indexBatch: 16,
  /** Batches indexed at once per lane and process: while one waits for its commit, another is made. More wait for groups. */
  indexConcurrency: 2,
  /** How long a batch of signals waits for company under load. A person sees a signal some milliseconds later. */
  gatherSignalsMs: 10,
  /** Kinds of signals whose numbers a process remembers: hundreds of rules with their wordings; 300 bytes each. */
  kindsKept: 10_000,
  /** How long a number is believed. Kinds that nobody uses are left for a day before they go. */
  kindsKeptMs: 60 * 60_000,
  /** What an event of groups or changed signals may weigh; the rest of a 64 KiB message is envelope. */
  signalEventBytes: 56 * 1024,
  /** Hours and minutes are counted of signals that happened this lately: the last 24 hours, and one for clocks that differ. */
  hoursCountedMs: 25 * 60 * 60_000,
  /** How often counts are added up. Who reads between adds up the rest himself: under full load some dozen rows. */
  foldCountsMs: 1_000,
  /** Rows of counts added up at once: what ten seconds of full load write. */
  foldedAtOnce: 2_000,
  /** Newest signals that are looked through for those of many kinds, before each kind is asked for its own: a millisecond. */
  walkedSignals: 1_000,
  /** What the contexts of one page may weigh together; a page of the largest ones then has fewer signals. */
  contextsPageBytes: 8 * 1024 * 1024,
  /** Signals that one transaction takes out of counts and groups: a second's work while their groups are locked. */
  settledAtOnce: 20_000,
  /** How long after its end a day is settled: no transaction of ours lives so long, and clocks of replicas differ. */
  settleGraceMs: 60 * 60_000,
  /** How long a kind that no signal is of is left: many times what a process believes its number. */
  unusedKindsKeptMs: 24 * 60 * 60_000,
  /** Signals that one request changes: their groups stay locked meanwhile, for some ten milliseconds. */
  changedAtOnce: 1_000,
  /** Events of rules that matched, taken together: cases of their hosts are locked and counted once for all of them. */
  hostCaseBatch: 50,
  /** Entries of each list that the case of a host shows; its links lead to the rest. */
  hostCaseEntries: 50,
  /** Longest reason of an exception and longest comment on a case: a paragraph. */
  reasonChars: 2_000,
} as const;

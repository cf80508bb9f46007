/**
 * Every limit of this package. Those of texts cut and leave a mark, so that no host's words make a document unacceptable; the
 * others refuse. Pinned by `limits.spec.ts`.
 */

const kibibyte = 1024;

/** UTF-16 units of a rule's or result's long texts. The longest fix of the SCAP Security Guide has some 40,000. */
export const maxTextLength = 64 * kibibyte;

/** Of titles, sections, names of profiles, hosts and versions: one line on a page. */
export const maxLineLength = 512;

/** Of a rule's ref; a longer one keeps its beginning and gets its digest, so that two stay two. */
export const maxRuleRefLength = 256;

/** References of one rule. A rule of the SCAP Security Guide names some 80 paragraphs of 20 standards. */
export const maxReferencesPerRule = 200;

/** Notes of one scan or document: a broken sender says the same of each rule. */
export const maxNotes = 20;

/** Results of one scan, ten times the rules of the largest content there is; each costs the reader some 20 bytes. */
export const maxResultsPerScan = 2_000_000;

/** Scans of one document. An agent sends two; each is a pass over the document. */
export const maxScansPerDocument = 64;

/** Bytes of a document that is parsed whole: PatchMon's, docker-bench's. Real ones have up to 1.8 MB. */
export const maxWholeDocumentBytes = 32 * 1024 * kibibyte;

/** Rules or results handed on at once. */
export const batchSize = 200;

/** Attributes of one XML element. The widest of real results has 12. */
export const maxXmlAttributes = 256;

/** Values and titles of profiles that are remembered of one XCCDF document; the Red Hat content has some 600 and 40. */
export const maxRememberedNames = 20_000;

/** UTF-16 units of all of them with their ids; the values of the Debian content have 30,000. */
export const maxRememberedLength = 4 * 1024 * kibibyte;

/** UTF-16 units of a value that stands in texts (`sub` of XCCDF). */
export const maxValueLength = 4 * kibibyte;

/** A document up to this size is read where it is: some 20 ms. */
export const maxInlineDocumentBytes = 1024 * kibibyte;

/** Threads of one reader: the work is the processor's, and there are other services on it. */
export const readerThreads = 2;

/** How long a thread waits for its next document; one costs some 10 MB and is started in 50 ms. */
export const idleThreadMs = 30_000;

/** Chunks and batches on their way between threads: enough that neither side waits, and no more memory than that. */
export const chunksInFlight = 8;
export const batchesInFlight = 4;

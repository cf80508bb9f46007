/** Bodies that are parsed at once (JSON, forms) may be this big. Documents are streamed by routes that read raw bodies. */
export const maxParsedBodyBytes = 1_048_576;

/** Levels of a body that is parsed at once. Our deepest DTO has five; the validator recurses, so there must be an end. */
export const maxParsedDepth = 32;

/** Values in such a body. Each costs the validator up to 50 µs of the event loop; who has more sends a document. */
export const maxParsedValues = 10_000;

/** A part of a path; long enough for a purl of a deep Go module, encoded. The router's own default of 100 is not. */
export const maxPathParameterLength = 512;

/** A probe that takes longer counts as failed: orchestrators give up after a few seconds themselves. */
export const probeTimeoutMs = 2_000;

/** What a caller is told to wait when something we need is away and nobody knew better. */
export const defaultRetryAfterSeconds = 5;

/**
 * How long requests under way may take when a service ends. Kubernetes kills after 30 s, and the jobs and consumers of
 * the service need some of them too. Who waits longer for a verdict finds it at the receipt.
 */
export const drainTimeoutMs = 10_000;

/** Entries of a list where nobody says how many. */
export const defaultPageSize = 50;

/** The most entries that one page gives: a page is held in memory, a list is not. */
export const maxPageSize = 500;

/** Cursors hold a few sort keys; longer texts are not ours. */
export const maxCursorLength = 2_048;

/** Request ids of callers are kept when they have this length at most; they go into every line of the log. */
export const maxRequestIdLength = 128;

/** Fields that one problem document names: somebody who sent 10,000 wrong ones learns nothing from the last. */
export const maxReportedFields = 100;

/** A replica that takes longer to take a connection is treated as gone, and the next one is asked. */
export const connectTimeoutMs = 2_000;

/** From the request to the head of the answer, unless the caller says otherwise; a proxied `?wait=300` does. */
export const responseTimeoutMs = 30_000;

/** Silence within a body. A stream that says nothing for so long has lost its other end. */
export const bodyIdleTimeoutMs = 60_000;

/**
 * A request, its body included, has to be here after this long, however steadily it comes: the largest document (512 MiB)
 * at 5 Mbit/s. Fastify's own default is to wait for ever.
 */
export const arrivalTimeoutMs = 900_000;

/** Connections to one replica. Queries of one service to another are short; more would only queue at its pool. */
export const maxConnectionsPerReplica = 64;

/** An error's body is read up to here; a problem document is a few hundred bytes. */
export const maxProblemBytes = 65_536;

/** What a caller is told to wait when a service does not answer: about what a supervisor needs to start it again. */
export const unreachableRetryAfterSeconds = 2;

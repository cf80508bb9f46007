/** A call that waits for a verdict is answered within 300 s by the gateway; a minute more covers slow networks. */
export const answerTimeoutMs = 360_000;

/** Seconds that `assay gate` asks the gateway to wait for a verdict: the most that the API allows. */
export const gateWaitSeconds = 300;

/** How long one scanner may take: the first scan of a large image also loads gigabytes and a vulnerability database. */
export const scannerTimeoutMs = 1_800_000;

/** Characters kept of what a scanner says on standard error: its last words say why it failed. */
export const scannerSaysChars = 2_000;

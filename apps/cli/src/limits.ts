/** A call that waits for a verdict is answered within 300 s by the gateway; a minute more covers slow networks. */
export const answerTimeoutMs = 360_000;

/** Seconds that `assay gate` asks the gateway to wait for a verdict: the most that the API allows. */
export const gateWaitSeconds = 300;

/** One question to where secrets are kept: they answer in milliseconds, and a start that hangs tells nobody why. */
export const secretsTimeoutMs = 10_000;

/** Questions in all where nothing answers or the answer is a 5xx or 429: a Vault that is being unsealed, a busy endpoint. */
export const secretsAttempts = 4;

/** The first pause between two of them; each further one is twice as long. */
export const secretsPauseMs = 250;

/** How long a user's own module may take: it may ask something that asks something. */
export const secretsModuleTimeoutMs = 30_000;

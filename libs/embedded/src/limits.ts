/** The first restart waits this long: short enough to go unnoticed, long enough to wipe a data directory in between. */
export const firstRestartDelayMs = 500;

/** No restart waits longer than this: a part whose disk was full a minute ago should be back soon after it is not. */
export const longestRestartDelayMs = 15_000;

/** Something that ran this long was healthy: its next death starts again at the first delay. */
export const healthyAfterMs = 60_000;

/** Crash recovery replays up to `max_wal_size` (1 GB by default); on a slow disk that takes more than a minute. */
export const postgresReadyTimeoutMs = 180_000;

/** `initdb` takes a second here; forty times that on a small virtual machine with a cold cache. */
export const initdbTimeoutMs = 120_000;

/** JetStream reads the tail of every stream at start before it listens. */
export const natsReadyTimeoutMs = 60_000;

/** How often a starting server is asked whether it is ready: below what a person notices. */
export const readyPollMs = 25;

/** How often an adopted process, which is nobody's child here, is looked at. */
export const adoptedPollMs = 250;

/** A fast shutdown of Postgres writes one checkpoint; after this long it is told more firmly. */
export const stopTimeoutMs = 20_000;

/** After SIGKILL the kernel needs to unmap memory and close files, nothing else. */
export const killTimeoutMs = 5_000;

/** All services with their pools, two replicas of two of them, the job schedulers and an operator stay below it. */
export const postgresMaxConnections = 200;

/**
 * Ports are drawn from here: below 32768, where Linux begins to hand out ports for outgoing connections. A client that
 * reconnects to a dead server in that range can be connected to itself, and then the server never gets its port back.
 */
export const portRange = { first: 20_000, last: 29_999 } as const;

/** Ports tried before giving up: with 10,000 to draw from, fifty busy ones in a row mean that something else is wrong. */
export const portAttempts = 50;

/** A log file above this is moved aside at start; the one before it is dropped. */
export const logRotateBytes = 20 * 1024 * 1024;

/** Oldest nats-server the platform runs: pull consumers with several filter subjects and stream metadata came with 2.10. */
export const oldestNatsServer = { major: 2, minor: 10 } as const;

/** Downloads of 7 MB and, with Go, a build from source: 24 s here, several minutes on one small core. */
export const obtainTimeoutMs = 600_000;

/** A program that is asked for its version answers at once or is not what we look for. */
export const versionProbeTimeoutMs = 10_000;

/** Random bytes of a generated secret: as strong as the AES-256 keys beside it. */
export const secretBytes = 32;

/** The server's own default. Events stay below 64 KiB; documents go by digest through the artifact store. */
export const natsMaxPayloadBytes = 1024 * 1024;

/** Our streams lie in files; memory is for what JetStream keeps beside them. */
export const natsMemoryStoreBytes = 64 * 1024 * 1024;

/** How long services may take from spawn to ready: the first start migrates seven schemas. */
export const readyTimeoutMs = 120_000;

/** How often a starting service is asked. */
export const readyPollMs = 100;

/** One question to a service; it runs on this machine. */
export const readyProbeTimeoutMs = 2_000;

/** How long a service may drain before it is killed: longer than the longest `?wait=` a handler still answers at shutdown. */
export const drainTimeoutMs = 35_000;

/** How long what a killed predecessor left running may take to end. Its supervisor is gone, nobody waits for its drain. */
export const leftoverTimeoutMs = 10_000;

/** More replicas of one service than this is a typing error on one machine. */
export const maxReplicas = 16;

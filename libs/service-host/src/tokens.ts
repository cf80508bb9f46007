/** Injects the service's `Logger`: `@Inject(LOGGER) logger: Logger`. */
export const LOGGER = Symbol('assay-logger');
/** Injects the service's `Metrics`. */
export const METRICS = Symbol('assay-metrics');
/** Injects the host's environment, `HostEnv`. */
export const HOST_ENV = Symbol('assay-host-env');
/** Injects the service's own `PartitionedTable`s. */
export const PARTITIONED_TABLES = Symbol('assay-partitioned-tables');

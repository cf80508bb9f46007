import { postgresMaxConnections } from './limits.js';

/**
 * How the embedded Postgres differs from the defaults of PostgreSQL 18. What makes an accepted request survive is the
 * default and stands here all the same, so that nobody turns it off by accident.
 */
export function postgresSettings(maxConnections = postgresMaxConnections): Record<string, string> {
  return {
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    max_connections: String(maxConnections),
    shared_buffers: '256MB',
    // Our statements are short; compiling them costs more than it gives.
    jit: 'off',
    // A new installation has no statistics, and plans made without them read all of a tenant's rows under row level
    // security: judging took 200 ms instead of 8. So tables are analysed within seconds of their first rows.
    autovacuum_naptime: '5s',
    autovacuum_analyze_scale_factor: '0.05',
    // Commits of services that run side by side share the write-ahead log's flush; it may be written in larger pieces.
    wal_buffers: '16MB',
    max_wal_size: '2GB',
    // After a checkpoint the first change of each page writes it whole; the fewer checkpoints, the less of that. Recovery
    // reads at most `max_wal_size` whatever the interval.
    checkpoint_timeout: '15min',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // One that waits for a lock this long is worth a line in the log.
    log_lock_waits: 'on',
    // A client that vanished (kill -9) is noticed within half a minute also when it left a transaction open.
    tcp_keepalives_idle: '15',
    tcp_keepalives_interval: '5',
    tcp_keepalives_count: '3',
  };
}

/** The settings as words of a command line. */
export function asFlags(settings: Record<string, string>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

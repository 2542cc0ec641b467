/** Settings of the embedded server as `-c` arguments. */
export function serverArguments(port: number, durable: boolean): string[] {
  const settings = { ...reachable(port), ...silent, ...forgetful, ...modest, ...(durable ? {} : fast) };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function reachable(port: number): Record<string, string> {
  return {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '100',
  };
}

/**
 * Keeps the text of statements, parameters and rows out of the log. Errors of statements quote values and are not logged
 * (the client gets them); the last query of a crashed backend would be in DETAIL, which `terse` leaves out.
 */
const silent = {
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_min_duration_sample: '-1',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_checkpoints: 'off',
  log_lock_waits: 'off',
  log_autovacuum_min_duration: '-1',
  log_timezone: 'UTC',
};

/** Old WAL is deleted, not renamed for later use: recycled segments would keep purged content for weeks. */
const forgetful = { wal_recycle: 'off' };

/** Parallel queries need shared memory that containers often limit to 64 MiB. */
const modest = { max_parallel_workers_per_gather: '0', max_parallel_maintenance_workers: '0', jit: 'off' };

/** For tests only: a crash of the machine, not of the server, loses data. */
const fast = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

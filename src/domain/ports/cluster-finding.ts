/** What one check of `mendloop cluster check` says. `warn`: rounds can run, but the cluster differs from its configuration. */
export interface ClusterFinding {
  readonly check:
    | 'rounds_dir'
    | 'scheduler'
    | 'job'
    | 'trainer'
    | 'node'
    | 'reward_server'
    | 'cpus'
    | 'memory'
    | 'gpus'
    | 'disk';
  readonly state: 'ok' | 'warn' | 'fail';
  readonly message: string;
  readonly hint: string | null;
}

import type { RoundCluster } from './deps.ts';

/** What every driver runs with, wherever it runs: no hub, no telemetry, no threads that spin beside other work. */
export function jobEnvironment(
  { env }: Pick<RoundCluster, 'env'>,
  spec_sha256: string,
): Record<string, string> {
  return {
    HF_HUB_OFFLINE: '1',
    HF_HUB_DISABLE_TELEMETRY: '1',
    OMP_WAIT_POLICY: 'passive',
    RAY_USAGE_STATS_ENABLED: '0',
    MENDLOOP_SPEC_SHA256: spec_sha256,
    ...env,
  };
}

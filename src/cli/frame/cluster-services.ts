import type { ClusterFinding } from '../../domain/ports/cluster-finding.ts';

export interface ListedCluster {
  readonly name: string;
  readonly kind: string;
  readonly profile: string;
  readonly nodes: number;
  readonly gpus_per_node: number;
  readonly cpus: number;
  readonly mem_gb: number;
  /** The folder of round directories, as this machine sees it. */
  readonly rounds_dir: string;
}

export interface CheckRequest {
  readonly seconds: number;
  readonly onProgress: (message: string) => void;
}

/** The clusters of `mendloop.clusters.json`, as the commands need them. */
export interface ClusterServices {
  list(): Promise<readonly ListedCluster[]>;
  /** Throws `not_found` for a name that is not configured. */
  check(name: string, request: CheckRequest): Promise<readonly ClusterFinding[]>;
}

import type { Kysely } from 'kysely';
import type { Database } from '../../db/tables.ts';
import type { Cluster } from '../../domain/cluster-job.ts';
import type { EngineName } from '../../domain/round.ts';
import type { JobQueue } from '../../jobs/queue.ts';
import type { RoundSpec } from '../../round-contract/round-spec.ts';
import type { Log } from '../../telemetry/log.ts';
import type { CheckpointDeps } from '../checkpoint/deps.ts';
import type { Liveness } from './attempt/liveness.ts';
import type { ProfileChoice } from './prepare/profiles.ts';

/** A cluster together with what a round has to know of it. */
export interface RoundCluster extends AsyncDisposable, ProfileChoice {
  readonly cluster: Cluster;
  readonly resources: RoundSpec['resources'];
  /** Where the round directories lie, for us and for the cluster's machines. */
  readonly folder: { readonly app: string; readonly cluster: string };
  /** What its driver needs beside the variables of every round. */
  readonly env: Readonly<Record<string, string>>;
}

/** Files that every round directory gets a copy of. */
export interface RoundAssets {
  readonly rewardServer: string;
  readonly rewardModule: string;
}

export interface RoundDeps {
  readonly db: Kysely<Database>;
  readonly queue: JobQueue;
  readonly log: Log;
  readonly now: () => Date;
  /** The cluster of a round, ready for its engine. Throws `not_found` for a name that is not configured. */
  readonly cluster: (round: {
    readonly cluster: string;
    readonly engine: EngineName;
  }) => Promise<RoundCluster>;
  /** Holds one folder for each snapshot. */
  readonly snapshots: string;
  readonly assets: () => Promise<RoundAssets>;
  /** Folder of the base model where neither the round nor a checkpoint names one; null: such a round is refused. */
  readonly model: string | null;
  readonly checkpoints: CheckpointDeps;
  readonly liveness: Liveness;
  /** Between two looks at a running round. */
  readonly watchSeconds: number;
}

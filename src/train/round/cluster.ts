import type { Cluster } from '../../domain/cluster-job.ts';
import type { EngineName } from '../../domain/round.ts';
import type { RoundSpec } from '../../round-contract/round-spec.ts';
import type { ProfileChoice } from './prepare/profiles.ts';

/** A cluster together with what a round has to know of it. */
export interface RoundCluster extends AsyncDisposable, ProfileChoice {
  readonly cluster: Cluster;
  readonly resources: RoundSpec['resources'];
  /** Where the round directories lie, for us and for the cluster's machines. */
  readonly folder: { readonly app: string; readonly cluster: string };
  /** Variables of its drivers beside those of every round. */
  readonly env: Readonly<Record<string, string>>;
}

/** Opens the cluster of a round, ready for its engine. Throws `not_found` for a name that is not configured. */
export type OpenRoundCluster = (round: {
  readonly cluster: string;
  readonly engine: EngineName;
}) => Promise<RoundCluster>;

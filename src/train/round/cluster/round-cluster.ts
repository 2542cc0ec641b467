import type { Cluster } from '../../../domain/cluster-job.ts';
import type { RoundFiles } from '../../../domain/round-files.ts';
import type { EngineName } from '../../../domain/round.ts';
import type { RoundSpec } from '../../../round-contract/round-spec.ts';
import type { ProfileChoice } from './profiles.ts';

/** A cluster together with what a round has to know of it. */
export interface RoundCluster extends AsyncDisposable, ProfileChoice {
  readonly cluster: Cluster;
  readonly resources: RoundSpec['resources'];
  /** The folder of round directories, each under the id of its round. */
  readonly files: RoundFiles;
  /** The path of that folder on the cluster's machines. */
  readonly roundsDir: string;
  /** The files of a folder that lies outside of round directories on the cluster's machines, such as a base model. */
  readonly filesOf: (folder: string) => RoundFiles;
  /** Variables of its drivers beside those of every round. */
  readonly env: Readonly<Record<string, string>>;
}

/** Opens the cluster of a round, ready for its engine. Throws `not_found` for a name that is not configured. */
export type OpenRoundCluster = (round: {
  readonly cluster: string;
  readonly engine: EngineName;
}) => Promise<RoundCluster>;

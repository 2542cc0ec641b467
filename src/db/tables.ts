import type { Generated } from 'kysely';
import type { Time } from './tables/columns.ts';
import type {
  ConsentEventTable,
  DeliveryTable,
  InstallationTable,
  IssueTable,
  PullRequestTable,
  PullRevisionTable,
  RedeliveryTable,
  RepositoryTable,
} from './tables/github.ts';
import type {
  CandidateTable,
  InstanceIssueTable,
  InstanceLabelTable,
  InstanceRejectionTable,
  InstanceTable,
} from './tables/instance.ts';
import type {
  AliasTable,
  CheckpointTable,
  EvaluationResultTable,
  EvaluationTable,
  RoundAttemptTable,
  RoundEventTable,
  RoundPauseTable,
  RoundTable,
  SnapshotInstanceTable,
  SnapshotTable,
} from './tables/training.ts';

export interface TransitionTable {
  transition_id: Generated<number>;
  entity: string;
  entity_id: string;
  from_status: string | null;
  to_status: string;
  event: string;
  reason: string | null;
  job_id: string | null;
  at: Time;
}

export interface Database {
  installation: InstallationTable;
  repository: RepositoryTable;
  consent_event: ConsentEventTable;
  delivery: DeliveryTable;
  redelivery: RedeliveryTable;
  issue: IssueTable;
  pull_request: PullRequestTable;
  pull_revision: PullRevisionTable;
  instance: InstanceTable;
  instance_issue: InstanceIssueTable;
  instance_label: InstanceLabelTable;
  instance_rejection: InstanceRejectionTable;
  candidate: CandidateTable;
  transition: TransitionTable;
  snapshot: SnapshotTable;
  snapshot_instance: SnapshotInstanceTable;
  round: RoundTable;
  round_attempt: RoundAttemptTable;
  round_event: RoundEventTable;
  checkpoint: CheckpointTable;
  evaluation: EvaluationTable;
  evaluation_result: EvaluationResultTable;
  alias: AliasTable;
  round_pause: RoundPauseTable;
}

/**
 * What the rows of each table hold of a repository: `content` is text that a purge must remove and scrub from the
 * storage, `ids` are names, hashes, states and figures that may stay.
 */
const kinds: Record<keyof Database, 'content' | 'ids'> = {
  installation: 'ids',
  repository: 'ids',
  consent_event: 'ids',
  delivery: 'content',
  redelivery: 'ids',
  issue: 'content',
  pull_request: 'content',
  pull_revision: 'ids',
  instance: 'content',
  instance_issue: 'ids',
  instance_label: 'content',
  instance_rejection: 'content',
  candidate: 'content',
  transition: 'ids',
  snapshot: 'ids',
  snapshot_instance: 'ids',
  round: 'ids',
  round_attempt: 'ids',
  round_event: 'content',
  checkpoint: 'ids',
  evaluation: 'ids',
  evaluation_result: 'ids',
  alias: 'ids',
  round_pause: 'ids',
};

/** The tables whose rows hold text of a repository. */
export const contentTables = (Object.keys(kinds) as (keyof Database)[]).filter(
  (table) => kinds[table] === 'content',
);

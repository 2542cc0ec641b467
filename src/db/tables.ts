import type { ColumnType, Generated } from 'kysely';
import type { ConsentScope, ConsentSource } from '../domain/consent.ts';
import type { DeliveryState } from '../domain/delivery.ts';
import type { CandidateOrigin, Instance, InstanceStatus, IssueLink } from '../domain/instance.ts';
import type { RejectionReason } from '../domain/rejection.ts';
import type {
  AliasName,
  AttemptState,
  CheckpointStatus,
  EngineName,
  GateDecision,
  RoundCause,
  RoundState,
} from '../domain/round.ts';

/** jsonb written as text that the caller has serialised, read as the parsed value. */
type Json<T> = ColumnType<T, string, string>;
type NullableJson<T> = ColumnType<T | null, string | null, string | null>;
type Time = ColumnType<Date, Date | string | undefined, Date | string>;
type NullableTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

export type InstallationStatus = 'active' | 'suspended' | 'removed';

export interface InstallationTable {
  installation_id: number;
  account_login: string;
  account_type: string;
  status: InstallationStatus;
  permissions: Json<Record<string, string>>;
  events: Json<string[]>;
  updated_at: Time;
}

export interface RepositoryTable {
  repository_id: number;
  installation_id: number;
  full_name: string;
  private: boolean;
  default_branch: string;
  status: 'active' | 'removed';
  consent: ConsentScope;
  updated_at: Time;
}

export interface ConsentEventTable {
  consent_event_id: Generated<number>;
  repository_id: number;
  from_scope: ConsentScope | null;
  to_scope: ConsentScope;
  source: ConsentSource;
  reason: string;
  at: Time;
}

export type PayloadState = 'kept' | 'withheld' | 'none' | 'emptied';

export interface DeliveryTable {
  delivery_id: string;
  event: string;
  action: string | null;
  installation_id: number | null;
  repository_id: number | null;
  subject: Json<Record<string, unknown>>;
  payload: NullableJson<Record<string, unknown>>;
  payload_state: PayloadState;
  state: Generated<DeliveryState>;
  reason: string | null;
  received_at: Time;
  routed_at: NullableTime;
}

export interface RedeliveryTable {
  delivery_id: string;
  asked: Generated<number>;
  asked_at: Time;
}

/** A comment as stored: text, author's login, times in ISO 8601. */
export interface StoredComment {
  readonly author: string | null;
  readonly body: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface IssueTable {
  repository_id: number;
  number: number;
  title: string;
  body: string;
  author: string | null;
  state: 'open' | 'closed';
  labels: Json<string[]>;
  comments: Json<StoredComment[]>;
  created_at: Time;
  updated_at: Time;
}

export type PullStatus = 'open' | 'closed' | 'merged';

/** One entry of a pull request's conversation, in time order. */
export interface ConversationEntry extends StoredComment {
  readonly kind: 'comment' | 'review' | 'review_comment';
}

export interface PullRequestTable {
  repository_id: number;
  number: number;
  status: PullStatus;
  title: string;
  body: string;
  author: string | null;
  author_type: string;
  base_ref: string;
  base_sha: string;
  head_sha: string;
  head_repo: string | null;
  merge_commit_sha: string | null;
  linked_issues: Json<IssueLink[]>;
  conversation: Json<ConversationEntry[]>;
  created_at: Time;
  closed_at: NullableTime;
  merged_at: NullableTime;
}

export interface PullRevisionTable {
  repository_id: number;
  number: number;
  head_sha: string;
  reachable: boolean;
}

/** A reward as stored with a candidate or an oracle: the answer of one formula (docs/contracts/reward.md#scores). */
export interface StoredReward {
  readonly reward: number | null;
  readonly error: string | null;
  readonly reason?: string;
  readonly per_file: readonly (readonly [string, number])[] | null;
  readonly formula: string;
  readonly parts: Record<string, unknown>;
  readonly hack: string | null;
}

export interface InstanceTable {
  instance_id: string;
  repository_id: number;
  pull_number: number;
  status: InstanceStatus;
  body: NullableJson<Instance>;
  consent: ConsentScope | null;
  oracle_reward: NullableJson<StoredReward>;
  merged_at: NullableTime;
  updated_at: Time;
}

export interface InstanceIssueTable {
  instance_id: string;
  repository_id: number;
  number: number;
}

export interface InstanceRejectionTable {
  instance_id: string;
  repository_id: number;
  pull_number: number;
  reason: RejectionReason;
  detail: Json<Record<string, unknown>>;
  at: Time;
}

export interface CandidateTable {
  instance_id: string;
  origin: CandidateOrigin;
  /** Head hash of a revision, or `#N` of a rival pull request. */
  source: string;
  patch: string;
  rewards: Json<Record<string, StoredReward>>;
}

export interface SnapshotTable {
  snapshot_id: string;
  sha256: string;
  formula: string;
  split_at: ColumnType<Date, Date | string, Date | string>;
  counts: Json<Record<string, number>>;
  left_out: Json<Record<string, number>>;
  state: Generated<'ready' | 'purged'>;
  created_at: Time;
}

export interface SnapshotInstanceTable {
  snapshot_id: string;
  instance_id: string;
  repository_id: number;
  split: 'train' | 'held_out';
}

export interface RoundTable {
  round_id: string;
  cause: RoundCause;
  night: string | null;
  state: RoundState;
  reason: string | null;
  message: string | null;
  snapshot_id: string | null;
  cluster: string;
  engine: EngineName;
  formula: string;
  seed: number;
  request: Json<Record<string, unknown>>;
  spec: NullableJson<Record<string, unknown>>;
  spec_sha256: string | null;
  step: number | null;
  total_steps: number | null;
  phase: string | null;
  metrics: Json<Record<string, number | null>>;
  gate: NullableJson<Record<string, unknown>>;
  not_before: NullableTime;
  deadline: NullableTime;
  cancel_asked_at: NullableTime;
  created_at: Time;
  updated_at: Time;
}

export interface RoundAttemptTable {
  round_id: string;
  attempt: number;
  job_key: string;
  native_id: string | null;
  state: AttemptState;
  exit_code: number | null;
  reason: string | null;
  submitted_at: Time;
  /** When the scheduler was asked to stop the job: its grace begins then. */
  stop_requested_at: NullableTime;
  ended_at: NullableTime;
}

export interface RoundEventTable {
  round_id: string;
  attempt: number;
  seq: number;
  type: string;
  at: ColumnType<Date, Date | string, Date | string>;
  body: Json<Record<string, unknown>>;
}

export interface CheckpointTable {
  checkpoint_id: string;
  round_id: string;
  parent_id: string | null;
  kind: 'lora' | 'full';
  tree_sha256: string;
  manifest: Json<Record<string, unknown>>;
  status: CheckpointStatus;
  created_at: Time;
}

export interface EvaluationTable {
  evaluation_id: Generated<number>;
  checkpoint_id: string;
  incumbent_id: string | null;
  snapshot_id: string;
  decision: GateDecision;
  reasons: Json<readonly string[]>;
  evidence: Json<Record<string, unknown>>;
  at: Time;
}

export interface EvaluationResultTable {
  evaluation_id: number;
  row_id: string;
  model: 'candidate' | 'incumbent';
  sample: number;
  rewards: Json<Record<string, number | null>>;
  format_error: boolean;
  hack: string | null;
}

export interface AliasTable {
  name: AliasName;
  checkpoint_id: string | null;
  previous_id: string | null;
  updated_at: Time;
}

export interface RoundPauseTable {
  one: Generated<boolean>;
  /** A date, or `infinity`. */
  until_night: string;
  paused_at: Time;
}

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

/** The tables whose rows hold text of a repository: what a purge must empty and scrub. */
export const contentTables = [
  'delivery',
  'issue',
  'pull_request',
  'instance',
  'candidate',
  'instance_rejection',
  'round_event',
] as const satisfies readonly (keyof Database)[];

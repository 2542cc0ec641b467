import type { ColumnType, Generated } from 'kysely';
import type {
  AliasName,
  AttemptState,
  CheckpointStatus,
  EngineName,
  GateDecision,
  RoundCause,
  RoundState,
  SnapshotState,
} from '../../domain/round.ts';
import type { JsonColumn, NullableJson, NullableTime, Time } from './columns.ts';

export interface SnapshotTable {
  snapshot_id: string;
  sha256: string;
  formula: string;
  split_at: ColumnType<Date, Date | string, Date | string>;
  counts: JsonColumn<Record<string, number>>;
  left_out: JsonColumn<Record<string, number>>;
  state: Generated<SnapshotState>;
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
  request: JsonColumn<Record<string, unknown>>;
  spec: NullableJson<Record<string, unknown>>;
  spec_sha256: string | null;
  step: number | null;
  total_steps: number | null;
  phase: string | null;
  metrics: JsonColumn<Record<string, number | null>>;
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
  body: JsonColumn<Record<string, unknown>>;
}

export interface CheckpointTable {
  checkpoint_id: string;
  round_id: string;
  parent_id: string | null;
  kind: 'lora' | 'full';
  tree_sha256: string;
  manifest: JsonColumn<Record<string, unknown>>;
  status: CheckpointStatus;
  created_at: Time;
}

export interface EvaluationTable {
  evaluation_id: Generated<number>;
  checkpoint_id: string;
  incumbent_id: string | null;
  snapshot_id: string;
  decision: GateDecision;
  reasons: JsonColumn<readonly string[]>;
  evidence: JsonColumn<Record<string, unknown>>;
  at: Time;
}

export interface EvaluationResultTable {
  evaluation_id: number;
  row_id: string;
  model: 'candidate' | 'incumbent';
  sample: number;
  rewards: JsonColumn<Record<string, number | null>>;
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

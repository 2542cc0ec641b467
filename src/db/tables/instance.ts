import type { ConsentScope } from '../../domain/consent.ts';
import type {
  CandidateOrigin,
  CollectedInstance,
  InstanceStatus,
  LabelVerdict,
} from '../../domain/instance.ts';
import type { RejectionReason } from '../../domain/rejection.ts';
import type { JsonColumn, NullableJson, NullableTime, RequiredTime, Time } from './columns.ts';

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
  body: NullableJson<CollectedInstance>;
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

export interface InstanceLabelTable {
  instance_id: string;
  base_commit: string;
  fix_commit: string;
  recipe_sha256: string;
  verdict: LabelVerdict;
  reason: string | null;
  fail_to_pass: JsonColumn<readonly string[]>;
  pass_to_pass: JsonColumn<readonly string[]>;
  environment: string | null;
  started_at: RequiredTime;
  labelled_at: RequiredTime;
}

export interface InstanceRejectionTable {
  instance_id: string;
  repository_id: number;
  pull_number: number;
  reason: RejectionReason;
  detail: JsonColumn<Record<string, unknown>>;
  at: Time;
}

export interface CandidateTable {
  instance_id: string;
  origin: CandidateOrigin;
  /** Head hash of a revision, or `#N` of a rival pull request. */
  source: string;
  patch: string;
  rewards: JsonColumn<Record<string, StoredReward>>;
}

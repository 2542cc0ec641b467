import type { Generated } from 'kysely';
import type { ConsentScope, ConsentSource } from '../../domain/consent.ts';
import type {
  DeliveryState,
  InstallationStatus,
  PullStatus,
  RepositoryStatus,
} from '../../domain/github-status.ts';
import type { IssueLink } from '../../domain/instance.ts';
import type { ConversationEntry, StoredComment } from '../../domain/ports/repository.ts';
import type { JsonColumn, NullableJson, NullableTime, Time } from './columns.ts';

export interface InstallationTable {
  installation_id: number;
  account_login: string;
  account_type: string;
  status: InstallationStatus;
  permissions: JsonColumn<Record<string, string>>;
  events: JsonColumn<string[]>;
  updated_at: Time;
}

export interface RepositoryTable {
  repository_id: number;
  installation_id: number;
  full_name: string;
  private: boolean;
  default_branch: string;
  status: RepositoryStatus;
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
  subject: JsonColumn<Record<string, unknown>>;
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

export interface IssueTable {
  repository_id: number;
  number: number;
  title: string;
  body: string;
  author: string | null;
  state: 'open' | 'closed';
  labels: JsonColumn<string[]>;
  comments: JsonColumn<StoredComment[]>;
  created_at: Time;
  updated_at: Time;
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
  linked_issues: JsonColumn<IssueLink[]>;
  conversation: JsonColumn<ConversationEntry[]>;
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

import type { KeyObject } from 'node:crypto';
import type { CommitFact } from '../git/commits.ts';

export type AccountType = 'User' | 'Organization' | 'Bot';
export type AccessLevel = 'read' | 'write' | 'admin';
export type Permissions = Readonly<Record<string, AccessLevel>>;
export type Role = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';

export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: AccountType;
  readonly createdAt: Date;
  /** A deleted account shows as `null` wherever GitHub allows that. */
  deleted: boolean;
}

export interface Label {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
}

export interface License {
  readonly key: string;
  readonly name: string;
  readonly spdxId: string;
}

export interface Repository {
  readonly id: number;
  owner: Account;
  name: string;
  private: boolean;
  description: string | null;
  defaultBranch: string;
  license: License | null;
  readonly forkOf: number | null;
  readonly createdAt: Date;
  updatedAt: Date;
  pushedAt: Date;
  deleted: boolean;
  /** Issues and pull requests, by their common number. */
  readonly issues: Map<number, Issue>;
  readonly movedIssues: Map<number, { readonly repositoryId: number; readonly number: number }>;
  readonly goneIssues: Set<number>;
  readonly labels: Map<string, Label>;
  readonly collaborators: Map<string, Role>;
  lastNumber: number;
}

export interface Comment {
  readonly id: number;
  readonly user: Account;
  readonly createdAt: Date;
  body: string;
  updatedAt: Date;
}

export interface Review {
  readonly id: number;
  readonly user: Account;
  readonly body: string;
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED';
  readonly commitId: string;
  readonly submittedAt: Date;
}

export interface ReviewComment {
  readonly id: number;
  readonly reviewId: number;
  readonly user: Account;
  readonly body: string;
  readonly path: string;
  readonly line: number;
  readonly diffHunk: string;
  readonly commitId: string;
  readonly createdAt: Date;
}

/** One head that was pushed to a pull request. */
export interface Revision {
  readonly headSha: string;
  readonly mergeBase: string;
  readonly at: Date;
  readonly forced: boolean;
}

/** Size of the change between merge base and head. */
export interface PullSize {
  readonly commits: number;
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
}

export interface Pull {
  readonly headRepositoryId: number;
  readonly headOwner: Account;
  readonly headBranch: string;
  readonly baseBranch: string;
  headSha: string;
  baseSha: string;
  mergeBase: string;
  size: PullSize;
  draft: boolean;
  mergedAt: Date | null;
  mergedBy: Account | null;
  mergeCommitSha: string | null;
  /** Issues linked by hand, as `repositoryId#number`. */
  readonly linkedByHand: { readonly repositoryId: number; readonly number: number }[];
  readonly revisions: Revision[];
  readonly reviews: Review[];
  readonly reviewComments: ReviewComment[];
}

export type TimelineEntry = { readonly at: Date; readonly id: number } & (
  | { readonly kind: 'cross-referenced'; readonly actor: Account; readonly source: IssueRef }
  | { readonly kind: 'commented'; readonly comment: Comment }
  | { readonly kind: 'committed'; readonly commit: CommitFact }
  | { readonly kind: 'reviewed'; readonly review: Review }
  | { readonly kind: 'line-commented'; readonly comment: ReviewComment }
  | { readonly kind: 'renamed'; readonly actor: Account; readonly from: string; readonly to: string }
  | { readonly kind: 'labeled'; readonly actor: Account; readonly label: Label }
  | { readonly kind: StateChange; readonly actor: Account; readonly commitId: string | null }
);

type StateChange =
  | 'closed'
  | 'reopened'
  | 'merged'
  | 'connected'
  | 'referenced'
  | 'head_ref_force_pushed'
  | 'head_ref_deleted';

export interface IssueRef {
  readonly repositoryId: number;
  readonly number: number;
}

export interface Issue {
  readonly id: number;
  readonly number: number;
  readonly repositoryId: number;
  readonly user: Account;
  readonly createdAt: Date;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'not_planned' | 'reopened' | null;
  updatedAt: Date;
  closedAt: Date | null;
  closedBy: Account | null;
  readonly labels: Label[];
  readonly comments: Comment[];
  readonly timeline: TimelineEntry[];
  readonly pull: Pull | null;
}

/** An issue that is a pull request. */
export type PullIssue = Issue & { readonly pull: Pull };

export interface GitHubApp {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly owner: Account;
  readonly bot: Account;
  readonly publicKey: KeyObject;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly callbackUrl: string | null;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly createdAt: Date;
  readonly hookId: number;
  readonly hook: { url: string | null; secret: string };
}

export interface Installation {
  readonly id: number;
  readonly appId: number;
  readonly account: Account;
  selection: 'all' | 'selected';
  /** Only read when `selection` is `selected`. */
  readonly repositoryIds: Set<number>;
  permissions: Permissions;
  events: readonly string[];
  readonly createdAt: Date;
  updatedAt: Date;
  suspendedAt: Date | null;
  suspendedBy: Account | null;
  deleted: boolean;
}

export interface InstallationToken {
  readonly token: string;
  readonly installationId: number;
  readonly permissions: Permissions;
  /** `null` when the token reaches all that the installation reaches. */
  readonly repositoryIds: ReadonlySet<number> | null;
  readonly expiresAt: Date;
}

export interface UserToken {
  readonly token: string;
  readonly appId: number;
  readonly account: Account;
  readonly expiresAt: Date;
}

/** What was asked for when a token was minted; `requested` is `null` for "all that the installation has". */
export interface MintRecord {
  readonly at: Date;
  readonly installationId: number;
  readonly requested: Permissions | null;
  readonly granted: Permissions;
  readonly repositoryIds: readonly number[] | null;
  readonly job: string | null;
}

import type { Sha } from '../ids.ts';

/** A comment: text, author's login, times in ISO 8601. */
export interface StoredComment {
  readonly author: string | null;
  readonly body: string;
  readonly created_at: string;
  readonly updated_at: string;
}

/** One entry of a pull request's conversation, in time order. */
export interface ConversationEntry extends StoredComment {
  readonly kind: 'comment' | 'review' | 'review_comment';
}

/** A pull request as GitHub describes it now. Times in ISO 8601. */
export interface PullFacts {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly author: string | null;
  readonly author_type: string;
  readonly state: 'open' | 'closed';
  readonly merged: boolean;
  readonly base_ref: string;
  readonly base_sha: string;
  readonly head_sha: string;
  readonly head_repo: string | null;
  readonly merge_commit_sha: string | null;
  readonly created_at: string;
  readonly closed_at: string | null;
  readonly merged_at: string | null;
}

export interface IssueFacts {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly author: string | null;
  readonly state: 'open' | 'closed';
  readonly labels: readonly string[];
  readonly created_at: string;
  readonly updated_at: string;
}

export interface RepositoryFacts {
  readonly full_name: string;
  readonly default_branch: string;
  readonly private: boolean;
  readonly fork: boolean;
  /** Full names of the repositories that this one was forked from. */
  readonly parents: readonly string[];
}

/** What a job reads of one repository on GitHub. Every method may throw a typed `github_*` error. */
export interface RepositoryReader {
  repository(): Promise<RepositoryFacts>;
  /** Null when there is no such pull request (any more). */
  pull(number: number): Promise<PullFacts | null>;
  /** Comments, reviews and review comments of a pull request, in time order. */
  conversation(number: number): Promise<ConversationEntry[]>;
  /** Null when there is no such issue (any more), or the number is a pull request or was transferred away. */
  issue(number: number): Promise<IssueFacts | null>;
  issueComments(number: number): Promise<StoredComment[]>;
  /** Numbers of this repository's issues that GitHub itself links as closed by the pull request, ascending. */
  closingIssues(pull: number): Promise<number[]>;
  /** Numbers of issues that mention the pull request, from its timeline, ascending. */
  mentioningIssues(pull: number): Promise<number[]>;
  /** Hashes of the commits that closed the issue, from the issue's timeline. */
  closedByCommits(issue: number): Promise<string[]>;
}

/** How a file changed between two commits, by its path. */
export interface ChangedPath {
  readonly status: 'A' | 'M' | 'D' | 'R' | 'C' | 'T';
  readonly path: string;
  readonly oldPath?: string;
  readonly additions: number;
  readonly deletions: number;
  readonly binary: boolean;
  readonly before: string | null;
  readonly after: string | null;
}

/** The code of one repository, from a bare mirror. Raises typed `git_*` errors. */
export interface CodeMirror {
  /** Each reference or commit asked for; null where the remote does not have it. What was fetched once stays. */
  fetchCommits(names: readonly string[]): Promise<ReadonlyMap<string, Sha | null>>;
  has(commit: Sha): Promise<boolean>;
  mergeBase(one: Sha, other: Sha): Promise<Sha | null>;
  /** `git diff base head` with git's defaults, for some paths; null where it is larger than `maximumBytes`. */
  diff(
    base: Sha,
    head: Sha,
    options: { readonly maximumBytes: number; readonly paths?: readonly string[] },
  ): Promise<Buffer | null>;
  changes(base: Sha, head: Sha): Promise<readonly ChangedPath[]>;
  /** Null for what is no regular file there; `input_invalid` above `maximumBytes` in all. */
  readFiles(
    commit: Sha,
    paths: readonly string[],
    maximumBytes: number,
  ): Promise<ReadonlyMap<string, Buffer | null>>;
  listFiles(commit: Sha): Promise<readonly { readonly path: string }[]>;
  /** Commits of `base..head`, oldest first; at most the `limit` newest. */
  commitsBetween(base: Sha, head: Sha, limit: number): Promise<Sha[]>;
  commitInfo(
    commits: readonly Sha[],
  ): Promise<
    ReadonlyMap<
      Sha,
      { readonly parents: readonly Sha[]; readonly authoredAt: string; readonly subject: string }
    >
  >;
}

/** One change to be replayed: issues are opened, heads pushed, the pull request merged. Times in ISO 8601. */
export interface ReplayChange {
  /** `owner/name`. */
  readonly repo: string;
  /** Any git directory that holds all commits. */
  readonly git: string;
  readonly base_commit: string;
  /** Heads in the order in which they are pushed; the last one is merged. */
  readonly pushes: readonly string[];
  readonly branch: string;
  /** Pushed to the author's fork. */
  readonly fork: boolean;
  readonly author: { readonly login: string; readonly type: 'User' | 'Bot' };
  readonly issues: readonly ReplayIssue[];
  readonly pull: {
    readonly title: string;
    /** The body, once the numbers of the opened issues are known. */
    readonly body: (issueNumbers: readonly number[]) => string;
  };
  readonly opened_at: string;
  readonly merged_at: string;
  readonly rival: ReplayRival | null;
}

export interface ReplayIssue {
  /** The next free number where absent. */
  readonly number?: number;
  readonly title: string;
  readonly body: string;
}

/** Another pull request for the same issues, closed without being merged. */
export interface ReplayRival {
  readonly author: { readonly login: string; readonly type: 'User' | 'Bot' };
  readonly branch: string;
  readonly head: string;
  readonly title: string;
  readonly body: (issueNumbers: readonly number[]) => string;
  readonly opened_at: string;
  readonly closed_at: string;
}

/** The changes of one repository, in order. */
export interface ReplayRepository {
  readonly repo: string;
  readonly git: string;
  /** Pull requests are numbered above it. */
  readonly largestIssue: number;
  readonly changes: readonly ReplayChange[];
}

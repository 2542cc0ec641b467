import type { RejectionReason } from '../../src/domain/rejection.ts';

/** In a pull request's body: the place for `Fixes #12, fixes #13`, whose numbers are known once the issues are open. */
export const fixesToken = '{{fixes}}';

export interface PlannedText {
  readonly title: string;
  readonly body: string;
}

export interface PlannedAuthor {
  readonly login: string;
  readonly type: 'User' | 'Bot';
}

/** A pull request of someone else for the same issues, closed without being merged. */
export interface PlannedRival {
  readonly author: PlannedAuthor;
  readonly branch: string;
  readonly head: string;
  readonly pull: PlannedText;
  readonly opened_at: string;
  readonly closed_at: string;
}

interface PlannedPull {
  readonly version: string;
  /** To be opened before the pull request; none where the pull request links nothing. */
  readonly issues: readonly PlannedText[];
  /** What `main` points at when the pull request is opened, and the merge base of each of its heads. */
  readonly base_commit: string;
  /** Heads in the order in which they are pushed; the last is what is merged. Later ones need not descend from earlier ones. */
  readonly pushes: readonly string[];
  readonly branch: string;
  /** Pushed to the author's fork instead of a branch of the repository. */
  readonly fork: boolean;
  readonly author: PlannedAuthor;
  readonly pull: PlannedText;
  readonly opened_at: string;
  readonly merged_at: string;
}

export interface PlannedFix extends PlannedPull {
  readonly kind: 'fix';
  readonly rival: PlannedRival | null;
}

interface PlannedRefusal extends PlannedPull {
  readonly kind: 'refuse';
  /** Why collecting must refuse it. */
  readonly why: RejectionReason;
}

export type PlannedChange = PlannedFix | PlannedRefusal;

export interface PlannedRepository {
  /** `owner/name` from the package's own metadata. */
  readonly repo: string;
  /** SPDX identifier of the newest release used. */
  readonly licence: string;
  /** A bare git directory: one commit per release on `main`, every pushed head under `refs/demo/`. */
  readonly git: string;
  readonly changes: readonly PlannedChange[];
}

/** Puts the numbers of the opened issues where the body has its token; each issue is closed by its own phrase. */
export function withIssueNumbers(body: string, numbers: readonly number[]): string {
  const phrases = numbers.map((number, index) => `${index === 0 ? 'Fixes' : 'fixes'} #${number}`);
  return body.replace(fixesToken, () => phrases.join(', '));
}

import type { z } from 'zod';
import type { GitHubClient } from './client.ts';
import {
  closingIssuesSchema,
  commentSchema,
  issueSchema,
  pullSchema,
  repositorySchema,
  reviewSchema,
  timelineEventSchema,
} from './schema.ts';

interface Comment {
  readonly author: string | null;
  readonly body: string;
  readonly created_at: string;
  readonly updated_at: string;
}

type Kind = 'comment' | 'review' | 'review_comment';

function toComment(comment: z.infer<typeof commentSchema>): Comment {
  const { created_at, updated_at } = comment;
  return { author: comment.user?.login ?? null, body: comment.body ?? '', created_at, updated_at };
}

function toReview(review: z.infer<typeof reviewSchema>): Comment[] {
  const at = review.submitted_at;
  if (!at || !review.body) return [];
  return [{ author: review.user?.login ?? null, body: review.body, created_at: at, updated_at: at }];
}

function withKind(kind: Kind, comments: readonly Comment[]) {
  return comments.map((comment) => ({ kind, ...comment }));
}

function toPull(pull: z.infer<typeof pullSchema>) {
  return {
    number: pull.number,
    title: pull.title,
    body: pull.body ?? '',
    author: pull.user?.login ?? null,
    author_type: pull.user?.type ?? 'User',
    state: pull.state,
    merged: pull.merged ?? pull.merged_at !== null,
    base_ref: pull.base.ref,
    base_sha: pull.base.sha,
    head_sha: pull.head.sha,
    head_repo: pull.head.repo?.full_name ?? null,
    merge_commit_sha: pull.merge_commit_sha ?? null,
    created_at: pull.created_at,
    closed_at: pull.closed_at,
    merged_at: pull.merged_at,
  };
}

function toIssue(issue: z.infer<typeof issueSchema>) {
  const labels = issue.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? '')));
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    author: issue.user?.login ?? null,
    state: issue.state,
    labels: labels.filter(Boolean).sort(),
    created_at: issue.created_at,
    updated_at: issue.updated_at,
  };
}

/** The operation's name is part of the contract with the loopback GitHub. */
const closingIssuesQuery = `query ClosingIssues($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      closingIssuesReferences(first: 50) { nodes { number repository { nameWithOwner } } }
    }
  }
}`;

const byTime = (a: Comment, b: Comment) =>
  a.created_at.localeCompare(b.created_at) || a.body.localeCompare(b.body);

function ascending(numbers: Iterable<number>): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** Reads one repository (`owner/name`) through a client whose token is limited to it. */
export function createRepositoryReader(client: GitHubClient, fullName: string) {
  const [owner = '', repo = ''] = fullName.split('/');
  const at = (more: Record<string, unknown> = {}) => ({ owner, repo, ...more });
  const same = (name: string) => name.toLowerCase() === fullName.toLowerCase();

  return {
    async repository() {
      const facts = await client.get(
        'read the repository',
        'GET /repos/{owner}/{repo}',
        at(),
        repositorySchema,
      );
      const parents = [facts.parent?.full_name, facts.source?.full_name].filter((name) => name !== undefined);
      return {
        full_name: facts.full_name,
        default_branch: facts.default_branch ?? 'main',
        private: facts.private,
        fork: facts.fork ?? false,
        parents: [...new Set(parents)],
      };
    },

    async pull(number: number) {
      const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';
      const pull = await client.find('read a pull request', route, at({ pull_number: number }), pullSchema);
      return pull && toPull(pull);
    },

    async conversation(number: number) {
      const onIssue = at({ issue_number: number });
      const onPull = at({ pull_number: number });
      const comments = await client.list(
        'list comments',
        'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
        onIssue,
        commentSchema,
      );
      const reviews = await client.list(
        'list reviews',
        'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
        onPull,
        reviewSchema,
      );
      const inline = await client.list(
        'list review comments',
        'GET /repos/{owner}/{repo}/pulls/{pull_number}/comments',
        onPull,
        commentSchema,
      );
      return [
        ...withKind('comment', comments.map(toComment)),
        ...withKind('review', reviews.flatMap(toReview)),
        ...withKind('review_comment', inline.map(toComment)),
      ].sort(byTime);
    },

    async issue(number: number) {
      const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}';
      const issue = await client.find('read an issue', route, at({ issue_number: number }), issueSchema);
      if (!issue || issue.pull_request !== undefined) return null;
      // A transferred issue answers from its new repository.
      const home = issue.repository_url?.split('/').slice(-2).join('/');
      return home !== undefined && !same(home) ? null : toIssue(issue);
    },

    async issueComments(number: number) {
      const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';
      const comments = await client.list('list comments', route, at({ issue_number: number }), commentSchema);
      return comments.map(toComment).sort(byTime);
    },

    async closingIssues(pull: number) {
      const variables = { owner, name: repo, number: pull };
      const answer = await client.graphql(
        'read closing issues',
        closingIssuesQuery,
        variables,
        closingIssuesSchema,
      );
      const nodes = answer.repository?.pullRequest?.closingIssuesReferences.nodes ?? [];
      return ascending(
        nodes.flatMap((node) => (node && same(node.repository.nameWithOwner) ? [node.number] : [])),
      );
    },

    async mentioningIssues(pull: number) {
      const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/timeline';
      const events = await client.list(
        'read a timeline',
        route,
        at({ issue_number: pull }),
        timelineEventSchema,
      );
      const issues = events.flatMap((event) =>
        event.event === 'cross-referenced' ? [event.source?.issue] : [],
      );
      return ascending(
        issues.flatMap((issue) => {
          if (!issue || issue.pull_request !== undefined) return [];
          return issue.repository && !same(issue.repository.full_name) ? [] : [issue.number];
        }),
      );
    },

    async closedByCommits(issue: number) {
      const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/timeline';
      const events = await client.list(
        'read a timeline',
        route,
        at({ issue_number: issue }),
        timelineEventSchema,
      );
      return events.flatMap((event) =>
        event.event === 'closed' && event.commit_id ? [event.commit_id] : [],
      );
    },
  };
}

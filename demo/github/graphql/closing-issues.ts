import { closingIssues } from '../actions/links.ts';
import { grants, need, needText, sees } from '../auth/access.ts';
import type { Caller } from '../auth/caller.ts';
import type { Core } from '../core.ts';
import type { RequestRecord } from '../http/request-log.ts';
import { issueWeb } from '../shapes/issue.ts';
import { nodeId, type JsonObject } from '../shapes/json.ts';
import { fullName, isPull, lookUpRepository } from '../state/store.ts';
import type { Issue, PullIssue, Repository } from '../state/types.ts';

export interface ClosingIssuesVariables {
  readonly owner: string;
  readonly name: string;
  readonly number: number;
}

export interface GraphqlError {
  readonly type: string;
  readonly path: readonly string[];
  readonly message: string;
}

export interface GraphqlResult {
  readonly data: JsonObject;
  readonly errors: readonly GraphqlError[];
}

const pullsNeed = need('read', 'pull_requests');
const issuesNeed = need('read', 'issues');

/** The issues that merging a pull request closes; those the caller may not see are left out. */
export function answerClosingIssues(
  core: Core,
  caller: Caller,
  record: RequestRecord,
  variables: ClosingIssuesVariables,
): GraphqlResult {
  const name = `${variables.owner}/${variables.name}`;
  record.repository = name;
  record.needed.push(needText(pullsNeed), needText(issuesNeed));
  const repository = lookUpRepository(core.store, name);
  if (repository === undefined || !sees(core.store, caller, repository)) {
    const message = `Could not resolve to a Repository with the name '${name}'.`;
    return failed({ repository: null }, 'NOT_FOUND', ['repository'], message);
  }
  if (!allows(caller, pullsNeed)) {
    const message = 'Resource not accessible by integration';
    return failed({ repository: { pullRequest: null } }, 'FORBIDDEN', ['repository', 'pullRequest'], message);
  }
  const issue = repository.issues.get(variables.number);
  if (issue === undefined || !isPull(issue)) {
    const message = `Could not resolve to a PullRequest with the number of ${variables.number}.`;
    return failed({ repository: { pullRequest: null } }, 'NOT_FOUND', ['repository', 'pullRequest'], message);
  }
  return {
    data: {
      repository: { ...repositoryNode(repository), pullRequest: pullNode(core, caller, repository, issue) },
    },
    errors: [],
  };
}

/** GraphQL calls need a signed-in caller, and its permissions decide what it sees. */
function allows(caller: Caller, wanted: ReturnType<typeof need>): boolean {
  if (caller.kind === 'user') return true;
  return caller.kind === 'installation' && grants(caller.token.permissions, wanted);
}

function pullNode(core: Core, caller: Caller, repository: Repository, issue: PullIssue): JsonObject {
  const targets = closingIssues(core, repository, issue).filter(
    (target) => sees(core.store, caller, target.repository) && allows(caller, issuesNeed),
  );
  return {
    ...issueNode(core, repository, issue),
    closingIssuesReferences: {
      totalCount: targets.length,
      pageInfo: { hasNextPage: false, endCursor: null },
      nodes: targets.slice(0, 50).map((target) => issueNode(core, target.repository, target.issue)),
    },
  };
}

function issueNode(core: Core, repository: Repository, issue: Issue): JsonObject {
  return {
    id: nodeId(issue.pull === null ? 'Issue' : 'PullRequest', issue.id),
    databaseId: issue.id,
    number: issue.number,
    title: issue.title,
    state: issue.pull?.mergedAt == null ? issue.state.toUpperCase() : 'MERGED',
    url: issueWeb(core.urls, repository, issue),
    repository: repositoryNode(repository),
  };
}

function repositoryNode(repository: Repository): JsonObject {
  return {
    id: nodeId('Repository', repository.id),
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: fullName(repository),
    isPrivate: repository.private,
  };
}

function failed(data: JsonObject, type: string, path: readonly string[], message: string): GraphqlResult {
  return { data, errors: [{ type, path, message }] };
}

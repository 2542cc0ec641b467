import type { Label, License, Repository } from '../state/types.ts';
import { accountShape } from './account.ts';
import { iso, nodeId, type JsonObject } from './json.ts';
import { apiOf, webOf, type Urls } from './urls.ts';

const links: Readonly<Record<string, string>> = {
  forks_url: '/forks',
  keys_url: '/keys{/key_id}',
  collaborators_url: '/collaborators{/collaborator}',
  teams_url: '/teams',
  hooks_url: '/hooks',
  issue_events_url: '/issues/events{/number}',
  events_url: '/events',
  assignees_url: '/assignees{/user}',
  branches_url: '/branches{/branch}',
  tags_url: '/tags',
  blobs_url: '/git/blobs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  git_refs_url: '/git/refs{/sha}',
  trees_url: '/git/trees{/sha}',
  statuses_url: '/statuses/{sha}',
  languages_url: '/languages',
  stargazers_url: '/stargazers',
  contributors_url: '/contributors',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  commits_url: '/commits{/sha}',
  git_commits_url: '/git/commits{/sha}',
  comments_url: '/comments{/number}',
  issue_comment_url: '/issues/comments{/number}',
  contents_url: '/contents/{+path}',
  compare_url: '/compare/{base}...{head}',
  merges_url: '/merges',
  archive_url: '/{archive_format}{/ref}',
  downloads_url: '/downloads',
  issues_url: '/issues{/number}',
  pulls_url: '/pulls{/number}',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  labels_url: '/labels{/name}',
  releases_url: '/releases{/id}',
  deployments_url: '/deployments',
};

/** The repository as lists, pull requests and webhooks show it. */
export function repositoryShape(urls: Urls, repository: Repository): JsonObject {
  const api = apiOf(urls, repository);
  const web = webOf(urls, repository);
  const openIssues = countOpen(repository);
  return {
    ...smallRepositoryShape(repository),
    owner: accountShape(urls, repository.owner),
    html_url: web,
    description: repository.description,
    fork: repository.forkOf !== null,
    url: api,
    ...Object.fromEntries(Object.entries(links).map(([key, path]) => [key, api + path])),
    created_at: iso(repository.createdAt),
    updated_at: iso(repository.updatedAt),
    pushed_at: iso(repository.pushedAt),
    git_url: `${web.replace(/^\w+:/, 'git:')}.git`,
    ssh_url: `ssh://git@${web.replace(/^\w+:\/\//, '')}.git`,
    clone_url: `${web}.git`,
    svn_url: web,
    ...settings(repository),
    license: licenseShape(urls, repository.license),
    open_issues_count: openIssues,
    open_issues: openIssues,
  };
}

/** The full answer of `GET /repos/{owner}/{repo}`. */
export function fullRepositoryShape(
  urls: Urls,
  repository: Repository,
  parent: Repository | null,
): JsonObject {
  const shape = { ...repositoryShape(urls, repository), network_count: 0, subscribers_count: 0 };
  if (parent === null) return shape;
  const parentShape = repositoryShape(urls, parent);
  return { ...shape, parent: parentShape, source: parentShape };
}

/** The five fields that installation events give of a repository. */
export function smallRepositoryShape(repository: Repository): JsonObject {
  return {
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.name,
    full_name: `${repository.owner.login}/${repository.name}`,
    private: repository.private,
  };
}

export function licenseShape(urls: Urls, license: License | null): JsonObject | null {
  if (license === null) return null;
  return {
    key: license.key,
    name: license.name,
    spdx_id: license.spdxId,
    url: license.key === 'other' ? null : `${urls.api}/licenses/${license.key}`,
    node_id: nodeId('License', license.key),
  };
}

export function labelShape(urls: Urls, repository: Repository, label: Label): JsonObject {
  return {
    id: label.id,
    node_id: nodeId('Label', label.id),
    url: `${apiOf(urls, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

function settings(repository: Repository): JsonObject {
  return {
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: true,
    has_downloads: true,
    has_wiki: true,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    mirror_url: null,
    archived: false,
    disabled: false,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repository.private ? 'private' : 'public',
    forks: 0,
    watchers: 0,
    default_branch: repository.defaultBranch,
    custom_properties: {},
  };
}

function countOpen(repository: Repository): number {
  let open = 0;
  for (const issue of repository.issues.values()) if (issue.state === 'open') open++;
  return open;
}

import type { PushedCommit } from '../git/pushes.ts';
import type { Account, Repository } from '../state/types.ts';
import { accountShape } from './account.ts';
import type { JsonObject } from './json.ts';
import { repositoryShape } from './repository.ts';
import { webOf, type Urls } from './urls.ts';

export interface Push {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  readonly forced: boolean;
  readonly commits: readonly PushedCommit[];
  readonly pusher: Account;
}

/** The `push` event but for its sender. Its repository gives times in seconds and names the owner twice. */
export function pushShape(urls: Urls, repository: Repository, push: Push): JsonObject {
  const web = webOf(urls, repository);
  const commits = push.commits.map((commit) => commitShape(web, commit));
  return {
    ref: push.ref,
    before: push.before,
    after: push.after,
    created: /^0+$/.test(push.before),
    deleted: /^0+$/.test(push.after),
    forced: push.forced,
    base_ref: null,
    compare: `${web}/compare/${push.before.slice(0, 12)}...${push.after.slice(0, 12)}`,
    commits,
    head_commit: commits.at(-1) ?? null,
    repository: pushedRepositoryShape(urls, repository),
    pusher: { name: push.pusher.login, email: `${push.pusher.login}@localhost` },
  };
}

function commitShape(web: string, commit: PushedCommit): JsonObject {
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${web}/commit/${commit.sha}`,
    author: { name: commit.author.name, email: commit.author.email, username: commit.author.name },
    committer: {
      name: commit.committer.name,
      email: commit.committer.email,
      username: commit.committer.name,
    },
    added: [...commit.added],
    removed: [...commit.removed],
    modified: [...commit.modified],
  };
}

function pushedRepositoryShape(urls: Urls, repository: Repository): JsonObject {
  const { login } = repository.owner;
  return {
    ...repositoryShape(urls, repository),
    owner: { ...accountShape(urls, repository.owner), name: login, email: `${login}@localhost` },
    created_at: Math.floor(repository.createdAt.getTime() / 1000),
    pushed_at: Math.floor(repository.pushedAt.getTime() / 1000),
    master_branch: repository.defaultBranch,
    stargazers: 0,
  };
}

import type { CommitFact, Signature } from '../git/commits.ts';
import type { FileChange } from '../git/diff.ts';
import type { Store } from '../state/store.ts';
import type { Repository } from '../state/types.ts';
import { accountShape } from './account.ts';
import { nodeId, type JsonObject } from './json.ts';
import { apiOf, webOf, type Urls } from './urls.ts';

const unsigned = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };

/** A commit with the account behind it, as the commits API shows it. */
export function commitShape(
  urls: Urls,
  store: Store,
  repository: Repository,
  commit: CommitFact,
): JsonObject {
  const url = `${apiOf(urls, repository)}/commits/${commit.sha}`;
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', commit.sha),
    commit: {
      author: signatureShape(commit.author),
      committer: signatureShape(commit.committer),
      message: commit.message,
      tree: treeShape(urls, repository, commit.tree),
      url: `${apiOf(urls, repository)}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: unsigned,
    },
    url,
    html_url: `${webOf(urls, repository)}/commit/${commit.sha}`,
    comments_url: `${url}/comments`,
    author: accountBehind(urls, store, commit.author),
    committer: accountBehind(urls, store, commit.committer),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${apiOf(urls, repository)}/commits/${sha}`,
      html_url: `${webOf(urls, repository)}/commit/${sha}`,
    })),
  };
}

/** The bare git object, which also is a pull request's `committed` timeline event. */
export function gitCommitShape(urls: Urls, repository: Repository, commit: CommitFact): JsonObject {
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', commit.sha),
    url: `${apiOf(urls, repository)}/git/commits/${commit.sha}`,
    html_url: `${webOf(urls, repository)}/commit/${commit.sha}`,
    author: signatureShape(commit.author),
    committer: signatureShape(commit.committer),
    tree: treeShape(urls, repository, commit.tree),
    message: commit.message,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${apiOf(urls, repository)}/git/commits/${sha}`,
      html_url: `${webOf(urls, repository)}/commit/${sha}`,
    })),
    verification: unsigned,
  };
}

export function fileShape(urls: Urls, repository: Repository, sha: string, file: FileChange): JsonObject {
  const path = file.filename.split('/').map(encodeURIComponent).join('/');
  return {
    sha: file.sha,
    filename: file.filename,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${webOf(urls, repository)}/blob/${sha}/${path}`,
    raw_url: `${webOf(urls, repository)}/raw/${sha}/${path}`,
    contents_url: `${apiOf(urls, repository)}/contents/${path}?ref=${sha}`,
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.previousFilename === null ? {} : { previous_filename: file.previousFilename }),
  };
}

function signatureShape(signature: Signature): JsonObject {
  return { name: signature.name, email: signature.email, date: signature.date };
}

function treeShape(urls: Urls, repository: Repository, sha: string): JsonObject {
  return { sha, url: `${apiOf(urls, repository)}/git/trees/${sha}` };
}

/** GitHub matches commit e-mail addresses with accounts; here the author's name has to be a login. */
function accountBehind(urls: Urls, store: Store, signature: Signature): JsonObject | null {
  const account = store.accounts.get(signature.name.toLowerCase());
  return account === undefined || account.deleted ? null : accountShape(urls, account);
}

import type { TreeEntry } from '../git/trees.ts';
import type { Repository } from '../state/types.ts';
import type { JsonObject } from './json.ts';
import { apiOf, webOf, type Urls } from './urls.ts';

/** GitHub sends no content above this. */
const largestContentBytes = 1_048_576;

/** A file with its content in base64; a larger one comes with `encoding: none`. */
export function fileContentShape(
  urls: Urls,
  repository: Repository,
  ref: string,
  entry: TreeEntry,
  content: Buffer,
): JsonObject {
  const fits = content.length <= largestContentBytes;
  return {
    ...entryShape(urls, repository, ref, entry),
    content: fits ? content.toString('base64').replaceAll(/.{60}/g, '$&\n') : '',
    encoding: fits ? 'base64' : 'none',
  };
}

export function entryShape(urls: Urls, repository: Repository, ref: string, entry: TreeEntry): JsonObject {
  const api = apiOf(urls, repository);
  const path = entry.path.split('/').map(encodeURIComponent).join('/');
  const self = `${api}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const git = `${api}/git/${entry.type === 'tree' ? 'trees' : 'blobs'}/${entry.sha}`;
  const html = `${webOf(urls, repository)}/blob/${ref}/${path}`;
  return {
    name: entry.path.slice(entry.path.lastIndexOf('/') + 1),
    path: entry.path,
    sha: entry.sha,
    size: entry.size,
    url: self,
    html_url: html,
    git_url: git,
    download_url: entry.type === 'blob' ? `${webOf(urls, repository)}/raw/${ref}/${path}` : null,
    type: typeOf(entry),
    _links: { self, git, html },
  };
}

function typeOf(entry: TreeEntry): string {
  if (entry.type === 'tree') return 'dir';
  if (entry.type === 'commit') return 'submodule';
  return entry.mode === '120000' ? 'symlink' : 'file';
}

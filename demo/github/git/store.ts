import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MendloopError } from '../../../src/domain/errors.ts';
import { git, gitText } from './run.ts';

/** Bare repositories on disk, one folder for each repository id: a rename moves nothing. */
export interface GitStore {
  readonly root: string;
  readonly pathOf: (repositoryId: number) => string;
  readonly create: (repositoryId: number, defaultBranch: string) => Promise<void>;
  readonly remove: (repositoryId: number) => Promise<void>;
}

export async function openGitStore(dir: string): Promise<GitStore> {
  const root = resolve(dir, 'repositories');
  await mkdir(root, { recursive: true });
  const pathOf = (repositoryId: number): string => join(root, `${repositoryId}.git`);
  return {
    root,
    pathOf,
    create: async (repositoryId, defaultBranch) => {
      await rm(pathOf(repositoryId), { recursive: true, force: true });
      await git(root, [
        'init',
        '--quiet',
        '--bare',
        '--template=',
        '-b',
        defaultBranch,
        pathOf(repositoryId),
      ]);
    },
    remove: (repositoryId) => rm(pathOf(repositoryId), { recursive: true, force: true }),
  };
}

/** Copies a commit with its history from any git directory and points `ref` at it. Throws `git_failed`. */
export async function fetchInto(target: string, source: string, sha: string, ref: string): Promise<void> {
  if (source === target) return updateRef(target, ref, sha);
  const serve = 'git -c safe.directory=* -c uploadpack.allowAnySHA1InWant=true upload-pack';
  const args = [
    'fetch',
    '--quiet',
    '--no-tags',
    '--no-write-fetch-head',
    '--force',
    `--upload-pack=${serve}`,
  ];
  await git(target, [...args, source, `${sha}:${ref}`]);
}

/** Copies all branches and tags. */
export async function fetchAll(target: string, source: string): Promise<void> {
  const args = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--force', '--update-head-ok'];
  const serve = '--upload-pack=git -c safe.directory=* upload-pack';
  await git(target, [...args, serve, source, 'refs/heads/*:refs/heads/*', 'refs/tags/*:refs/tags/*']);
}

export async function updateRef(dir: string, ref: string, sha: string): Promise<void> {
  await git(dir, ['update-ref', ref, sha]);
}

export async function deleteRef(dir: string, ref: string): Promise<void> {
  await git(dir, ['update-ref', '-d', ref]);
}

export async function refSha(dir: string, ref: string): Promise<string | null> {
  const text = await gitText(dir, ['rev-parse', '--verify', '--quiet', ref], { allow: [1] });
  return text.trim() === '' ? null : text.trim();
}

export async function branchSha(dir: string, branch: string): Promise<string> {
  const sha = await refSha(dir, `refs/heads/${branch}`);
  if (sha === null) throw new MendloopError('not_found', 'the branch is not in the loopback GitHub');
  return sha;
}

/** Full name → object id and type, in name order. */
export async function listRefs(
  dir: string,
  prefix: string,
): Promise<Map<string, { sha: string; type: string }>> {
  const text = await gitText(dir, [
    'for-each-ref',
    '--format=%(refname) %(objectname) %(objecttype)',
    prefix,
  ]);
  const refs = new Map<string, { sha: string; type: string }>();
  for (const line of text.split('\n')) {
    const [name, sha, type] = line.split(' ');
    if (name !== undefined && sha !== undefined && type !== undefined) refs.set(name, { sha, type });
  }
  return refs;
}

export async function isAncestor(dir: string, old: string, young: string): Promise<boolean> {
  return (await git(dir, ['merge-base', '--is-ancestor', old, young], { allow: [1] })).status === 0;
}

/** What a clone checks out. */
export async function pointHead(dir: string, branch: string): Promise<void> {
  await git(dir, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`]);
}

/** Lets a repository read another one's objects instead of copying them: a fork of a large repository is made at once. */
export async function borrowObjects(borrower: string, lender: string): Promise<void> {
  await mkdir(join(borrower, 'objects', 'info'), { recursive: true });
  await writeFile(join(borrower, 'objects', 'info', 'alternates'), `${join(lender, 'objects')}\n`);
}

/** Copies what was borrowed. To be called before the lender goes. */
export async function ownObjects(borrower: string): Promise<void> {
  await git(borrower, ['repack', '-a', '-d', '-q']);
  await rm(join(borrower, 'objects', 'info', 'alternates'), { force: true });
}

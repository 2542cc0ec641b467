import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Sha } from '../domain/ids.ts';
import { gitEnvironment } from './environment.ts';

/** Content of a file; null deletes it. */
type SampleFile = string | Buffer | null | { readonly link: string } | { readonly executable: string };

export interface SampleRepository extends Disposable {
  /** A folder of this sample alone; the work tree is in it. */
  readonly root: string;
  readonly workTree: string;
  readonly gitDirectory: string;
  git(...args: readonly string[]): string;
  /** Commits these files on the current branch. */
  commit(files: Readonly<Record<string, SampleFile>>, subject?: string): Sha;
}

const identity = { name: 'octo-dev', email: 'octo-dev@example.com', date: '2024-05-01T10:00:00+02:00' };

/** The environment of the tests' own git, and of the git under test. */
export const sampleEnvironment = gitEnvironment({ PATH: process.env['PATH'] });

/** A real repository in a temporary folder, removed when it is disposed of. */
export function sampleRepository(): SampleRepository {
  const root = mkdtempSync(join(tmpdir(), 'mendloop-git-'));
  const workTree = join(root, 'work');
  mkdirSync(workTree);
  const git = (...args: readonly string[]): string => run(workTree, args);
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'uploadpack.allowFilter', 'true');
  git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  return {
    root,
    workTree,
    gitDirectory: join(workTree, '.git'),
    git,
    commit: (files, subject = 'change') => {
      for (const [path, content] of Object.entries(files)) put(join(workTree, path), content);
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message', subject);
      return git('rev-parse', 'HEAD') as Sha;
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

function put(path: string, content: SampleFile): void {
  rmSync(path, { force: true });
  if (content === null) return;
  mkdirSync(dirname(path), { recursive: true });
  if (typeof content === 'string' || Buffer.isBuffer(content)) return writeFileSync(path, content);
  if ('link' in content) return symlinkSync(content.link, path);
  writeFileSync(path, content.executable);
  chmodSync(path, 0o755);
}

function run(cwd: string, args: readonly string[]): string {
  const env = {
    ...sampleEnvironment,
    GIT_AUTHOR_NAME: identity.name,
    GIT_AUTHOR_EMAIL: identity.email,
    GIT_AUTHOR_DATE: identity.date,
    GIT_COMMITTER_NAME: identity.name,
    GIT_COMMITTER_EMAIL: identity.email,
    GIT_COMMITTER_DATE: identity.date,
  };
  return execFileSync('git', args, { cwd, env, encoding: 'utf8', maxBuffer: 1024 ** 3 }).replace(/\n$/, '');
}

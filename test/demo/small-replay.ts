import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

const author = ['-c', 'user.name=octo-dev', '-c', 'user.email=octo-dev@localhost'];

/** A file for `--replay`: one merged fix of a repository made for it. */
export async function writeSmallReplay(folder: string): Promise<string> {
  const repository = path.join(folder, 'small');
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', repository, ...author, ...args])
      .toString()
      .trim();
  const commit = async (source: string): Promise<string> => {
    await writeFile(path.join(repository, 'total.js'), source);
    git('add', '.');
    git('commit', '-q', '-m', 'Change total');
    return git('rev-parse', 'HEAD');
  };
  await mkdir(repository);
  git('init', '-q', '-b', 'main');
  await writeFile(path.join(repository, 'package.json'), '{"name":"small","license":"MIT"}\n');
  const base_commit = await commit('export const total = (a, b) => a - b;\n');
  const fix_commit = await commit('export const total = (a, b) => a + b;\n');
  const issue = { number: 1, title: 'total subtracts', body: 'It should add.' };
  const row = { repo: 'octo-org/small', git: repository, base_commit, fix_commit, issue };
  const file = path.join(folder, 'replay.jsonl');
  await writeFile(file, `${JSON.stringify(row)}\n`);
  return file;
}

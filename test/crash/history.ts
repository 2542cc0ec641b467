import { mkdir } from 'node:fs/promises';
import { git, gitText } from '../../demo/github/git/run.ts';

/** Commits of one pull request: the head that opens it and the head that is pushed later. */
export interface PullHeads {
  readonly first: string;
  readonly second: string;
}

export interface RepositoryHistory {
  readonly base: string;
  readonly pulls: readonly PullHeads[];
}

const started = 1_700_000_000;

function commit(ref: string, mark: number, from: string | null, seconds: number, subject: string): string {
  const who = `crash suite <crash@localhost> ${started + seconds} +0000`;
  const parent = from === null ? '' : `from ${from}\n`;
  return `commit ${ref}\nmark :${mark}\nauthor ${who}\ncommitter ${who}\n${data(subject)}${parent}`;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

function file(path: string, text: string): string {
  return `M 100644 inline ${path}\n${data(text)}`;
}

function source(repository: number, pull: number, limit: string): string {
  const name = `clamp_${repository}_${pull}`;
  const lines = [
    `def ${name}(value, limit):`,
    `    """Keeps a value within a limit."""`,
    limit,
    `    return value`,
  ];
  return `${lines.join('\n')}\n`;
}

function test(repository: number, pull: number): string {
  const name = `clamp_${repository}_${pull}`;
  return `from part_${pull} import ${name}\n\n\ndef test_${name}():\n    assert ${name}(7, 5) == 5\n`;
}

/** A base with one file for each pull request, and two commits on each branch: a half fix, then the fix and its test. */
function repositoryStream(repository: number, pulls: number): string {
  const numbers = Array.from({ length: pulls }, (_, index) => index);
  const mark = (pull: number, step: number): number => repository * 10_000 + pull * 10 + step;
  const root = mark(0, 1);
  const parts = [commit(`refs/heads/r${repository}`, root, null, repository, 'Start')];
  parts.push(file('README.md', `# part ${repository}\n`));
  for (const pull of numbers)
    parts.push(file(`src/part_${pull}.py`, source(repository, pull, `    # no limit yet`)));
  for (const pull of numbers) {
    const ref = `refs/heads/r${repository}-p${pull}`;
    const [first, second] = [mark(pull, 2), mark(pull, 3)];
    parts.push(commit(ref, first, `:${root}`, 1000 + pull, `Clamp part ${pull}`));
    parts.push(file(`src/part_${pull}.py`, source(repository, pull, `    value = max(value, limit)`)));
    parts.push(commit(ref, second, `:${first}`, 2000 + pull, `Clamp part ${pull} from above`));
    parts.push(file(`src/part_${pull}.py`, source(repository, pull, `    value = min(value, limit)`)));
    parts.push(file(`tests/test_part_${pull}.py`, test(repository, pull)));
  }
  return parts.join('');
}

async function historyOf(dir: string, repository: number, pulls: number): Promise<RepositoryHistory> {
  const names = Array.from({ length: pulls }, (_, pull) => `r${repository}-p${pull}`);
  const wanted = [`r${repository}`, ...names.flatMap((name) => [`${name}~1`, name])];
  const [base = '', ...heads] = (await gitText(dir, ['rev-parse', ...wanted])).trim().split('\n');
  return {
    base,
    pulls: names.map((_, pull) => ({ first: heads[pull * 2] ?? '', second: heads[pull * 2 + 1] ?? '' })),
  };
}

/** Writes the histories of all repositories into one git directory; the same numbers give the same commits. */
export async function writeHistories(
  dir: string,
  repositories: number,
  pulls: number,
): Promise<RepositoryHistory[]> {
  await mkdir(dir, { recursive: true });
  await git(dir, ['init', '--quiet', '--bare', '--template=']);
  const numbers = Array.from({ length: repositories }, (_, index) => index);
  const input = numbers.map((repository) => repositoryStream(repository, pulls)).join('');
  await git(dir, ['fast-import', '--quiet'], { input });
  return Promise.all(numbers.map((repository) => historyOf(dir, repository, pulls)));
}

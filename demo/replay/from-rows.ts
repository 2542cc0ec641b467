import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { MendloopError } from '../../src/domain/errors.ts';
import type { ReplayChange, ReplayRepository } from './change.ts';

const sha = z.string().regex(/^[0-9a-f]{40}$/);
const rowSchema = z.object({
  repo: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  git: z.string(),
  base_commit: sha,
  fix_commit: sha,
  issue: z.object({ number: z.number().int().positive(), title: z.string(), body: z.string().nullish() }),
  pull: z.object({ title: z.string(), body: z.string().nullish() }).nullish(),
  opened_at: z.string().nullish(),
  merged_at: z.string().nullish(),
});
export type ReplayRow = z.infer<typeof rowSchema>;

const execute = promisify(execFile);

/** Subject and committer date of a commit, for what a row leaves out. */
async function commitFacts(git: string, commit: string): Promise<{ subject: string; at: string }> {
  try {
    const { stdout } = await execute('git', ['-C', git, 'log', '-1', '--format=%cI%n%s', commit]);
    const [at = '', subject = ''] = stdout.split('\n');
    return { at: new Date(at).toISOString(), subject };
  } catch (error) {
    throw new MendloopError('input_invalid', `commit ${commit} is not in the row's git directory`, {
      cause: error,
    });
  }
}

async function toChange(row: ReplayRow): Promise<ReplayChange> {
  const facts = await commitFacts(row.git, row.fix_commit);
  const closed = row.merged_at ?? facts.at;
  // An hour before, where the row does not say when the work began.
  const opened = row.opened_at ?? new Date(Date.parse(closed) - 3_600_000).toISOString();
  const body = row.pull?.body ?? `Fixes #${row.issue.number}`;
  return {
    repo: row.repo,
    git: row.git,
    base_commit: row.base_commit,
    pushes: [row.fix_commit],
    branch: `fix/${row.fix_commit.slice(0, 12)}`,
    fork: false,
    author: { login: 'octo-dev', type: 'User' },
    issues: [{ number: row.issue.number, title: row.issue.title, body: row.issue.body ?? '' }],
    pull: { title: row.pull?.title ?? facts.subject, body: () => body },
    opened_at: opened,
    merged_at: closed,
    rival: null,
  };
}

function parseRow(line: string, number: number, folder: string): ReplayRow {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new MendloopError('input_invalid', `line ${number} is not JSON`, { cause: error });
  }
  const parsed = rowSchema.safeParse(value);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new MendloopError('input_invalid', `line ${number}: field "${field}" is missing or wrong`);
  }
  return { ...parsed.data, git: path.resolve(folder, parsed.data.git) };
}

/** Reads replay rows (docs/contracts/cli.md#replay-rows). Rows of one repository keep their order. Raises `input_invalid` with the line. */
export async function fromRows(file: string): Promise<ReplayRepository[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new MendloopError('input_invalid', 'the replay file cannot be read', { cause: error });
  });
  const folder = path.dirname(path.resolve(file));
  const rows = text
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }) => parseRow(line, number, folder));
  const largestIssue = Math.max(0, ...rows.map((row) => row.issue.number));
  const repositories: ReplayRepository[] = [];
  for (const [repo, own] of Map.groupBy(rows, (row) => row.repo)) {
    const changes: ReplayChange[] = [];
    for (const row of own) changes.push(await toChange(row));
    repositories.push({ repo, git: own[0]?.git ?? '', largestIssue, changes });
  }
  return repositories;
}

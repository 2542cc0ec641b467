import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { splitPatch, type SplitPatch } from '../../src/collect/file/split-patch.ts';
import { judgeChange } from '../../src/collect/filter/hunk-filter.ts';
import type { Sha } from '../../src/domain/ids.ts';
import { gitEnvironment } from '../../src/git/environment.ts';
import { openRepository, type Repository } from '../../src/git/repository.ts';

interface Row {
  readonly repo: string;
  readonly base_commit: Sha;
  readonly fix_commit: Sha;
  readonly patch: string;
  readonly test_patch: string;
  readonly src_files: readonly string[];
  readonly test_files: readonly string[];
}

const data = process.env['MENDLOOP_DATA'];
const repositories = ['andialbrecht__sqlparse', 'martinblech__xmltodict', 'tkem__cachetools'];
/** The one change with a file in GBK. */
const legacyEncoded = new Set(['35c6db5d6572479aced1b113763190b8ae85d78a']);
const environment = gitEnvironment({ PATH: process.env['PATH'] });
const folder = data === undefined ? '' : mkdtempSync(join(tmpdir(), 'mendloop-split-'));
const opened = new Map<string, Repository>();

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(data === undefined)('the split of real changes (skipped without MENDLOOP_DATA)', () => {
  it('equals the truth in 16 of 16 linked instances', async () => {
    const rows = read('linked_instances');

    const missed = await misses(rows);

    report('linked instances split as the truth is', rows.length, missed);
    expect(rows).toHaveLength(16);
    expect(missed).toEqual([]);
  });

  it('equals the truth in at least 87 of the 89 other verified changes', async () => {
    const linked = new Set(read('linked_instances').map(({ fix_commit }) => fix_commit));
    const verified = repositories.flatMap((repository) => read(`${repository}.verified`));
    const rows = verified.filter(({ fix_commit }) => !linked.has(fix_commit));

    const missed = await misses(rows);

    report('other verified changes split as the truth is', rows.length, missed);
    expect(rows).toHaveLength(89);
    expect(rows.length - missed.length).toBeGreaterThanOrEqual(87);
  });

  it('loses nothing: the three patches together make the fix out of the base', async () => {
    const rows = repositories.flatMap((repository) => read(`${repository}.verified`));
    const missed: string[] = [];

    for (const row of rows) {
      const split = await splitPatch(repositoryOf(row), row.base_commit, row.fix_commit, 100 * 1024 ** 2);
      // Text that is not UTF-8 can't be rebuilt from text, and says so.
      const exact = split.outcome === 'split' && !split.flags.includes('patch_not_utf8');
      if (exact ? applied(row, split) !== treeOf(row) : !legacyEncoded.has(row.fix_commit))
        missed.push(row.fix_commit);
    }

    report('patches that rebuild the fix', rows.length, missed);
    expect(missed).toEqual([]);
  });

  it('passes the filters for every verified change', async () => {
    const rows = repositories.flatMap((repository) => read(`${repository}.verified`));
    const limits = { maximumFiles: 100, maximumLines: 10_000, maximumBytes: 10 * 1024 ** 2 };
    const missed: string[] = [];

    for (const row of rows) {
      const diff = await repositoryOf(row).diff(row.base_commit, row.fix_commit, {
        maximumBytes: limits.maximumBytes,
      });
      const { reason } = judgeChange(diff?.toString('utf8') ?? '', limits);
      if (reason !== null) missed.push(`${row.fix_commit}: ${reason}`);
    }

    report('verified changes that the filters keep', rows.length, missed);
    expect(missed).toEqual([]);
  });
});

/** The tree that the patches make out of the base, in an index of its own. */
function applied(row: Row, split: SplitPatch): string {
  const { directory } = repositoryOf(row);
  const env = { ...environment, GIT_DIR: directory, GIT_INDEX_FILE: join(folder, 'index') };
  const git = (args: readonly string[], input = ''): string =>
    execFileSync('git', args, { env, input, encoding: 'utf8' }).trim();
  git(['read-tree', row.base_commit]);
  for (const patch of [split.patch, split.test_patch, split.other_patch]) {
    if (patch !== '') git(['apply', '--cached', '--whitespace=nowarn'], patch);
  }
  return git(['write-tree']);
}

function treeOf(row: Row): string {
  const args = ['rev-parse', `${row.fix_commit}^{tree}`];
  return execFileSync('git', ['--git-dir', repositoryOf(row).directory, ...args], {
    env: environment,
    encoding: 'utf8',
  }).trim();
}

/** The changes whose files or patches differ from the truth, and in what. */
async function misses(rows: readonly Row[]): Promise<string[]> {
  const missed: string[] = [];
  for (const row of rows) {
    const split = await splitPatch(repositoryOf(row), row.base_commit, row.fix_commit, 100 * 1024 ** 2);
    const wrong = split.outcome === 'split' ? differences(row, split) : ['oversize'];
    if (wrong.length > 0) missed.push(`${row.repo} ${row.fix_commit}: ${wrong.join(', ')}`);
  }
  return missed;
}

function differences(row: Row, split: SplitPatch): string[] {
  const pairs = [
    ['source files', row.src_files.toSorted().join('\n'), split.source_files.join('\n')],
    ['test files', row.test_files.toSorted().join('\n'), split.test_files.join('\n')],
    ['patch', withoutIndex(row.patch), withoutIndex(split.patch)],
    ['test patch', withoutIndex(row.test_patch), withoutIndex(split.test_patch)],
  ] as const;
  return pairs.filter(([, truth, ours]) => truth !== ours).map(([name]) => name);
}

/** How many digits of an id git shows depends on how much a repository holds. */
function withoutIndex(patch: string): string {
  return patch.replaceAll(/^index [0-9a-f]+\.\.[0-9a-f]+/gm, 'index');
}

function read(name: string): Row[] {
  const text = gunzipSync(readFileSync(join(data ?? '', 'replay', `${name}.jsonl.gz`))).toString('utf8');
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Row);
}

function repositoryOf({ repo }: Row): Repository {
  const name = repo.replace('/', '__');
  const before = opened.get(name);
  if (before !== undefined) return before;
  const directory = join(folder, `${name}.git`);
  const bundle = join(data ?? '', 'replay', `${name}.bundle`);
  execFileSync('git', ['clone', '--quiet', '--bare', bundle, directory], { env: environment });
  const repository = openRepository(directory, { environment });
  opened.set(name, repository);
  return repository;
}

function report(what: string, rows: number, missed: readonly string[]): void {
  console.log(`${what}: ${rows - missed.length} of ${rows}`);
  for (const miss of missed) console.log(`  missed ${miss}`);
}

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromRows } from '../../demo/replay/from-rows.ts';
import { playRepository } from '../../demo/replay/play.ts';
import type { Instance } from '../../src/domain/instance.ts';
import { startThread, type Thread } from '../support/thread.ts';

interface Row {
  readonly instance_id: string;
  readonly repo: string;
  readonly base_commit: string;
  readonly fix_commit: string;
  readonly subject: string;
  readonly patch: string;
  readonly test_patch: string;
  readonly issue?: { readonly number: number; readonly title: string; readonly body: string };
}

const data = process.env['MENDLOOP_DATA'];
const repositories = ['andialbrecht__sqlparse', 'martinblech__xmltodict', 'tkem__cachetools'];

function read(name: string): Row[] {
  const text = gunzipSync(readFileSync(join(data ?? '', 'replay', `${name}.jsonl.gz`))).toString('utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
}

function cloneBundles(folder: string): Map<string, string> {
  const clones = new Map<string, string>();
  for (const name of repositories) {
    const dir = join(folder, `${name}.git`);
    const bundle = join(data ?? '', 'replay', `${name}.bundle`);
    execFileSync('git', ['clone', '--quiet', '--bare', bundle, dir], { stdio: 'ignore' });
    clones.set(name.replace('__', '/'), dir);
  }
  return clones;
}

/** Rows that bring no issue text get one from the fix's subject; numbers above those of real issues. */
function replayLines(rows: readonly Row[], clones: ReadonlyMap<string, string>): string {
  return rows
    .map((row, index) => {
      const repo = row.repo.replace('__', '/');
      const issue = row.issue ?? { number: 100_000 + index, title: row.subject, body: '' };
      const { base_commit, fix_commit } = row;
      return JSON.stringify({ repo, git: clones.get(repo), base_commit, fix_commit, issue });
    })
    .join('\n');
}

async function replay(rows: readonly Row[]): Promise<{ thread: Thread; instances: Map<string, Instance> }> {
  const thread = await startThread();
  const folder = join(thread.home, 'bundles');
  mkdirSync(folder);
  const file = join(folder, 'rows.jsonl');
  writeFileSync(file, replayLines(rows, cloneBundles(folder)));
  const changes = await fromRows(file);
  for (const { repo, git, changes: own } of changes) {
    const [owner = '', name = ''] = repo.split('/');
    await thread.github.createRepository({ owner, name, fromGit: git, sha: own[0]?.base_commit ?? '' });
    thread.github.install({ appId: thread.appId, account: owner, repositories: [repo] });
  }
  await thread.settle();
  for (const repository of changes) await playRepository(thread.github, repository, () => undefined);
  await thread.settle();
  const stored = await thread.database.db
    .selectFrom('instance')
    .select('body')
    .where('status', '=', 'ready')
    .execute();
  const bodies = stored.map((row) => row.body as Instance);
  return { thread, instances: new Map(bodies.map((body) => [body.fix_commit, body])) };
}

/** `index` lines name blobs in a length that depends on the repository. */
function withoutIndex(patch: string): string {
  return patch.replace(/^index [0-9a-f]+\.\.[0-9a-f]+.*\n/gm, '').trim();
}

function faults(row: Row, instance: Instance | undefined): string[] {
  if (!instance) return ['no instance'];
  const found: string[] = [];
  if (instance.base_commit !== row.base_commit) found.push('base');
  if (row.issue && !instance.linked_issues.includes(row.issue.number)) found.push('linked issue');
  if (withoutIndex(instance.patch) !== withoutIndex(row.patch)) found.push('patch');
  if (withoutIndex(instance.test_patch) !== withoutIndex(row.test_patch)) found.push('test_patch');
  return found;
}

describe.skipIf(data === undefined)('real changes on the real path (skipped without MENDLOOP_DATA)', () => {
  const linked = data === undefined ? [] : read('linked_instances');
  const known = new Set(linked.map((row) => row.fix_commit));
  const others =
    data === undefined
      ? []
      : repositories.flatMap((name) => read(`${name}.verified`)).filter((row) => !known.has(row.fix_commit));
  let thread: Thread;
  let instances: Map<string, Instance>;

  beforeAll(async () => {
    ({ thread, instances } = await replay([...linked, ...others]));
  }, 600_000);
  afterAll(async () => thread[Symbol.asyncDispose]());

  it('gives base, linked issue, patch and test_patch of the truth in 16 of 16 linked instances', () => {
    const missed = linked.flatMap((row) => {
      const found = faults(row, instances.get(row.fix_commit));
      return found.length > 0 ? [`${row.instance_id}: ${found.join(', ')}`] : [];
    });

    console.log(`linked instances equal to the truth: ${linked.length - missed.length} of ${linked.length}`);
    expect(linked).toHaveLength(16);
    expect(missed).toEqual([]);
  });

  it('gives the right split in at least 87 of the 89 other verified changes', () => {
    const missed = others.flatMap((row) => {
      const found = faults(row, instances.get(row.fix_commit));
      return found.length > 0 ? [`${row.repo} ${row.fix_commit}: ${found.join(', ')}`] : [];
    });

    console.log(`other verified changes split right: ${others.length - missed.length} of ${others.length}`);
    expect(others).toHaveLength(89);
    expect(others.length - missed.length, missed.join('\n')).toBeGreaterThanOrEqual(87);
  });

  it('asks for nothing that is not in GitHub’s own description', () => {
    expect(thread.github.violations).toEqual([]);
  });
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sha } from '../../src/domain/ids.ts';
import type { RejectionReason } from '../../src/domain/rejection.ts';
import { type SampleRepository, sampleEnvironment } from '../../src/git/sample-repository.test-support.ts';
import { startThread, type Thread } from '../support/thread.ts';
import {
  baseFiles,
  fixFiles,
  type Library,
  library,
  minutes,
  type Proposal,
  propose,
  report,
} from './library.ts';
import { deadCodes, readyInstance, rejectionOf, type StoredInstance } from './stored.ts';

type Files = Parameters<SampleRepository['commit']>[0];

const latin1 = Buffer.from('export const name = "caf\u00e9";\n', 'latin1');
const picture = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]);
const lateNul = (word: string) =>
  Buffer.from(`export const a = 1;\n${'// filler\n'.repeat(2000)}// \0 ${word}\n`);

const files: Files = {
  ...baseFiles,
  'logo.png': picture,
  'src/dos.js': 'export const a = 1;\r\nexport const b = 2;\r\n',
  'src/latin.js': latin1,
  'src/late.js': lateNul('before'),
  'src/odd "name" \u00fc\n.js': 'export const odd = 1;\n',
  'src/no-newline.js': 'export const last = 1;',
  'src/link.js': { link: 'old.js' },
  'src/plain.js': 'export const plain = true;\n',
};

let thread: Thread;

beforeAll(async () => {
  thread = await startThread();
  thread.github.install({ appId: thread.appId, account: 'octo-org', repositories: 'all' });
  await thread.settle();
});

afterAll(() => thread[Symbol.asyncDispose]());

/** Nothing was lost and nothing was given up: every delivery was routed, and no job waits for a person. */
async function expectNothingLost(): Promise<void> {
  const { db } = thread.database;
  expect(await deadCodes(db)).toEqual([]);
  const failed = await db
    .selectFrom('delivery')
    .select('delivery_id')
    .where('state', '=', 'failed')
    .execute();
  expect(failed).toEqual([]);
  const arrivedIds = await db.selectFrom('delivery').select('delivery_id').execute();
  const sent = new Set(thread.github.deliveries.records(thread.appId).map((record) => record.guid));
  expect(new Set(arrivedIds.map((row) => row.delivery_id))).toEqual(sent);
}

async function repository(name: string, with_: Files = files): Promise<Library> {
  const made = await library(thread.github, name, { files: with_ });
  await thread.settle();
  return made;
}

async function merge(made: Library, head: Sha, proposal: Partial<Proposal> = {}): Promise<string> {
  const body = proposal.body ?? `Fixes #${report(made)}`;
  const pull = await propose(made, { head, ...proposal, body });
  await thread.github.mergePull({ repo: made.repo, number: pull, at: minutes(120) });
  await thread.settle();
  return `${made.repo.replace('/', '__')}-${pull}`;
}

/** Commits the index as it is; for what `commit` cannot say. */
function commitIndex({ sample }: Library): Sha {
  sample.git('commit', '--quiet', '--message', 'By hand');
  return sample.git('rev-parse', 'HEAD') as Sha;
}

function pointSubmodule({ sample }: Library, commit: string): void {
  sample.git('update-index', '--add', '--cacheinfo', `160000,${commit},vendor/library`);
}

function apply(dir: string, index: string, args: readonly string[], input = ''): string {
  const env = { ...sampleEnvironment, GIT_DIR: dir, GIT_INDEX_FILE: index };
  return execFileSync('git', args, { env, input, encoding: 'utf8', maxBuffer: 1024 ** 3 });
}

/** The patch, put on the base, gives exactly the source files of the fix. */
function expectPatchRebuilds(made: Library, { body }: StoredInstance): void {
  const folder = mkdtempSync(join(tmpdir(), 'mendloop-index-'));
  const dir = made.sample.gitDirectory;
  const run = (args: readonly string[], input?: string) => apply(dir, join(folder, 'index'), args, input);
  run(['read-tree', body.base_commit]);
  run(['apply', '--cached', '--whitespace=nowarn', '-'], body.patch);
  const tree = run(['write-tree']).trim();
  const list = (commit: string) => run(['ls-tree', '-z', commit, '--', ...body.source_files]);
  const rebuilt = list(tree);
  const fixed = list(body.fix_commit);
  rmSync(folder, { recursive: true });
  expect(rebuilt).toBe(fixed);
}

describe('a change without a line of source is rejected', () => {
  it.each<readonly [string, RejectionReason, Files]>([
    ['a picture', 'no_source_change', { 'logo.png': Buffer.concat([picture, picture]) }],
    ['a mode', 'packaging_only', { 'src/plain.js': { executable: 'export const plain = true;\n' } }],
    ['ends of lines', 'no_source_change', { 'src/dos.js': 'export const a = 1;\nexport const b = 2;\n' }],
    [
      'an oversize line',
      'oversize',
      { 'src/plain.js': `export const plain = '${'x'.repeat(3 * 1024 ** 2)}';\n` },
    ],
  ])('%s → %s', async (name, reason, changed) => {
    using made = await repository(`only-${name.replaceAll(' ', '-')}`);
    const id = await merge(made, made.branch('fix', changed));
    expect(await rejectionOf(thread.database.db, id)).toBe(reason);
    await expectNothingLost();
  });

  it('a submodule → packaging_only', async () => {
    using made = await repository('only-submodule');
    made.sample.git('checkout', '--quiet', '-B', 'fix', made.base);
    pointSubmodule(made, made.base);
    const id = await merge(made, commitIndex(made));
    expect(await rejectionOf(thread.database.db, id)).toBe('packaging_only');
    await expectNothingLost();
  });

  it('ten thousand files at once → oversize', async () => {
    using made = await repository('many-changes');
    const many = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, at) => [`src/n${at % 100}/f${at}.js`, `export const n = ${at};\n`]),
    );
    const id = await merge(made, made.branch('fix', many));
    expect(await rejectionOf(thread.database.db, id)).toBe('oversize');
    await expectNothingLost();
  });
});

describe('an unusual change of source becomes an instance whose patch rebuilds the fix', () => {
  it.each<readonly [string, Files]>([
    ['a file with CRLF', { 'src/dos.js': 'export const a = 1;\r\nexport const b = 3;\r\n' }],
    ['a file that is not UTF-8', { 'src/latin.js': Buffer.concat([latin1, latin1]) }],
    ['a file with NUL far down', { 'src/late.js': lateNul('after') }],
    [
      'a name with quotes, umlaut and line break',
      { 'src/odd "name" \u00fc\n.js': 'export const odd = 2;\n' },
    ],
    ['a last line without its end', { 'src/no-newline.js': 'export const last = 2;' }],
    [
      'a link that points elsewhere',
      { 'src/link.js': { link: 'plain.js' }, 'src/plain.js': 'export const plain = 1;\n' },
    ],
    [
      'a file that becomes a link',
      { 'src/plain.js': { link: 'old.js' }, 'src/old.js': 'export const old = 1;\n' },
    ],
    ['a file that is removed', { 'src/old.js': null }],
    ['a file that is renamed', { 'src/old.js': null, 'src/new.js': baseFiles['src/old.js'] }],
    ['an empty file', { 'src/empty.js': '', 'src/plain.js': 'export const plain = 1;\n' }],
    ['a picture beside source', { 'logo.png': Buffer.concat([picture, picture]), ...fixFiles }],
  ])('%s', async (name, changed) => {
    using made = await repository(name.replaceAll(/[^a-zA-Z]+/g, '-'));
    const id = await merge(made, made.branch('fix', changed));
    const instance = await readyInstance(thread.database.db, id);
    expectPatchRebuilds(made, instance);
    await expectNothingLost();
  });

  it('a submodule beside source', async () => {
    using made = await repository('submodule-beside');
    made.branch('fix', fixFiles);
    pointSubmodule(made, made.base);
    const instance = await readyInstance(thread.database.db, await merge(made, commitIndex(made)));
    expect(instance.body.source_files).toEqual(['src/counter.js']);
    expectPatchRebuilds(made, instance);
    await expectNothingLost();
  });

  it('one line in a repository of ten thousand files', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, at) => [`src/n${at % 100}/f${at}.js`, `export const n = ${at};\n`]),
    );
    using made = await repository('many-files', { ...many, ...baseFiles });
    const instance = await readyInstance(thread.database.db, await merge(made, made.branch('fix', fixFiles)));
    expect(instance.body.context.map((file) => file.path)).toEqual(['src/counter.js']);
    expectPatchRebuilds(made, instance);
    await expectNothingLost();
  });
});

describe('text that cannot be kept as it is', () => {
  it('source that is not UTF-8 is marked, and its text is null instead of wrong', async () => {
    using made = await repository('marked');
    const id = await merge(made, made.branch('fix', { 'src/latin.js': Buffer.concat([latin1, latin1]) }));
    const { body, oracle_reward } = await readyInstance(thread.database.db, id);
    expect(body.quality_flags).toContain('source_not_utf8');
    expect(body.context).toEqual([{ path: 'src/latin.js', text: null }]);
    expect(oracle_reward.reward).toBeNull();
    expect(oracle_reward.reason).not.toBeNull();
  });

  it('an issue of 1 MB is kept whole', async () => {
    using made = await repository('large-issue');
    const body = `It fails. ${'word '.repeat(200_000)}END`;
    const { number } = thread.github.openIssue({
      repo: made.repo,
      title: 'Large',
      body,
      author: 'octo-reporter',
      at: minutes(-60),
    });
    const id = await merge(made, made.branch('fix', fixFiles), { body: `Fixes #${number}` });
    const instance = await readyInstance(thread.database.db, id);
    expect(instance.body.problem_statement.length).toBeGreaterThan(1_000_000);
    expect(instance.body.problem_statement).toContain('END');
    await expectNothingLost();
  });

  it('NUL and half characters in what people wrote are replaced', async () => {
    using made = await repository('odd-text');
    const odd = 'null \u0000 and half \ud83d end';
    const { repo } = made;
    const at = minutes(-60);
    const { number } = thread.github.openIssue({ repo, title: odd, body: odd, author: 'octo-reporter', at });
    thread.github.commentIssue({ repo, number, author: 'octo-helper', body: odd, at: minutes(-50) });
    const id = await merge(made, made.branch('fix', fixFiles), {
      title: odd,
      body: `Fixes #${number}\n${odd}`,
    });
    const { body } = await readyInstance(thread.database.db, id);
    expect(body.problem_statement).toContain('null \ufffd and half \ufffd end');
    expect(body.hints_text).toContain('null \ufffd and half \ufffd end');
    await expectNothingLost();
  });
});

describe('what is gone', () => {
  it('an issue that was deleted links to nothing, and its copy is deleted too', async () => {
    using made = await repository('deleted-issue');
    const { repo } = made;
    const number = report(made);
    await thread.settle();
    const copies = () =>
      thread.database.db
        .selectFrom('issue as i')
        .innerJoin('repository as r', 'r.repository_id', 'i.repository_id')
        .select('i.number')
        .where('r.full_name', '=', repo)
        .execute();
    expect(await copies()).toEqual([{ number }]);
    thread.github.deleteIssue({ repo, number, actor: 'octo-org' });
    await thread.settle();
    expect(await copies()).toEqual([]);
    const id = await merge(made, made.branch('fix', fixFiles), { body: `Fixes #${number}` });
    expect(await rejectionOf(thread.database.db, id)).toBe('no_issue');
    await expectNothingLost();
  });

  it('an issue that was moved to another repository is no issue of this one', async () => {
    using made = await repository('moved-issue');
    using elsewhere = await repository('moved-to');
    const number = report(made);
    const moved = thread.github.transferIssue({
      repo: made.repo,
      number,
      to: elsewhere.repo,
      actor: 'octo-org',
    });
    const id = await merge(made, made.branch('fix', fixFiles), { body: `Fixes #${number}` });
    expect(await rejectionOf(thread.database.db, id)).toBe('no_issue');
    const copies = await thread.database.db
      .selectFrom('issue as i')
      .innerJoin('repository as r', 'r.repository_id', 'i.repository_id')
      .select(['r.full_name', 'i.number'])
      .where('r.full_name', 'in', [made.repo, elsewhere.repo])
      .execute();
    expect(copies).toEqual([{ full_name: elsewhere.repo, number: moved.number }]);
    await expectNothingLost();
  });

  it('the account of a pull request, of its issue and of a comment', async () => {
    using made = await repository('ghosts');
    const { repo } = made;
    const at = minutes(-60);
    const author = 'octo-ghost';
    const { number } = thread.github.openIssue({ repo, title: 'It fails', body: 'Always.', author, at });
    thread.github.commentIssue({ repo, number, author, body: 'A hint', at: minutes(-50) });
    thread.github.deliveries.pause();
    const pull = await propose(made, {
      head: made.branch('fix', fixFiles),
      author,
      body: `Fixes #${number}`,
    });
    await thread.github.mergePull({ repo, number: pull, at: minutes(120) });
    thread.github.deleteAccount(author);
    thread.github.deliveries.resume();
    await thread.settle();
    const { body } = await readyInstance(thread.database.db, `octo-org__ghosts-${pull}`);
    expect(body.hints_text).toContain('A hint');
    await expectNothingLost();
  });
});

import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Sha } from '../domain/ids.ts';
import { gitDirectoryOf, openRepository, type Repository } from './repository.ts';
import {
  sampleEnvironment,
  type SampleRepository,
  sampleRepository,
} from './sample-repository.test-support.ts';

const absent = 'deadbeef'.repeat(5) as Sha;
const megabyte = 1024 ** 2;

function open(sample: SampleRepository): Repository {
  return openRepository(sample.gitDirectory, { environment: sampleEnvironment });
}

describe('changes', () => {
  it('tells added, modified, deleted, renamed, binary, link, mode and submodule changes apart', async () => {
    using sample = sampleRepository();
    const text = Array.from({ length: 20 }, (_, line) => `line ${line}\n`).join('');
    const base = sample.commit({
      'a.py': 'one\n',
      'old name.py': text,
      'gone.py': 'x\n',
      'run.sh': 'echo\n',
      'logo.png': 'x',
    });
    sample.git('mv', 'old name.py', 'new\tname.py');
    const head = sample.commit({
      'a.py': 'one\ntwo\n',
      'gone.py': null,
      'fresh.py': '1\n2\n3\n',
      'logo.png': Buffer.from([0, 1, 2, 0]),
      link: { link: 'a.py' },
      'run.sh': { executable: 'echo\n' },
    });

    const found = await open(sample).changes(base, head);

    const byPath = new Map(found.map((change) => [change.path, change]));
    expect(byPath.get('a.py')).toMatchObject({ status: 'M', additions: 1, deletions: 0, binary: false });
    expect(byPath.get('new\tname.py')).toMatchObject({ status: 'R', oldPath: 'old name.py', additions: 0 });
    expect(byPath.get('gone.py')).toMatchObject({ status: 'D', deletions: 1, after: null });
    expect(byPath.get('fresh.py')).toMatchObject({ status: 'A', additions: 3, before: null, after: 'file' });
    expect(byPath.get('logo.png')).toMatchObject({ status: 'M', binary: true, additions: 0 });
    expect(byPath.get('link')).toMatchObject({ status: 'A', after: 'link' });
    expect(byPath.get('run.sh')).toMatchObject({ before: 'file', after: 'executable' });
  });

  it('names a submodule as such', async () => {
    using sample = sampleRepository();
    const base = sample.commit({ 'a.py': 'one\n' });
    sample.git('update-index', '--add', '--cacheinfo', `160000,${base},sub`);
    sample.git('commit', '--quiet', '--message', 'add submodule');
    const head = sample.git('rev-parse', 'HEAD') as Sha;

    expect(await open(sample).changes(base, head)).toMatchObject([
      { path: 'sub', status: 'A', after: 'submodule' },
    ]);
  });
});

describe('diff', () => {
  it('is what git writes by default, with full ids', async () => {
    using sample = sampleRepository();
    const base = sample.commit({ 'src/ä b.py': 'one\n', 'b.py': 'b\n' });
    const head = sample.commit({ 'src/ä b.py': 'two\r\n', 'b.py': 'c\n' });
    sample.git('config', 'diff.noprefix', 'true');
    sample.git('config', 'diff.algorithm', 'histogram');
    sample.git('config', 'color.ui', 'always');

    const ours = await open(sample).diff(base, head, { maximumBytes: megabyte });

    const plain = ['-c', 'diff.noprefix=false', '-c', 'color.ui=false', 'diff', '--full-index', base, head];
    expect(ours?.toString('utf8')).toBe(`${sample.git(...plain)}\n`);
  });

  it('takes paths literally and shows only them', async () => {
    using sample = sampleRepository();
    const base = sample.commit({ 'a*.py': '1\n', 'ab.py': '1\n', '-c.py': '1\n' });
    const head = sample.commit({ 'a*.py': '2\n', 'ab.py': '2\n', '-c.py': '2\n' });

    const ours = await open(sample).diff(base, head, { paths: ['a*.py', '-c.py'], maximumBytes: megabyte });

    expect(ours?.toString('utf8').match(/^diff --git .*$/gm)).toEqual([
      'diff --git a/-c.py b/-c.py',
      'diff --git a/a*.py b/a*.py',
    ]);
  });

  it('is empty for no paths and null when larger than allowed', async () => {
    using sample = sampleRepository();
    const base = sample.commit({ 'a.py': '1\n' });
    const head = sample.commit({ 'a.py': 'x'.repeat(5000) });
    const repository = open(sample);

    expect(await repository.diff(base, head, { paths: [], maximumBytes: 10 })).toEqual(Buffer.alloc(0));
    expect(await repository.diff(base, head, { maximumBytes: 1000 })).toBeNull();
  });

  it('keeps bytes that are no UTF-8', async () => {
    using sample = sampleRepository();
    const base = sample.commit({ 'a.py': Buffer.from('caf\xe9 1\n', 'latin1') });
    const head = sample.commit({ 'a.py': Buffer.from('caf\xe9 2\n', 'latin1') });

    const ours = await open(sample).diff(base, head, { maximumBytes: megabyte });

    expect(ours?.toString('latin1')).toContain('+caf\xe9 2\n');
  });
});

describe('files and commits', () => {
  it('reads files of a commit byte for byte, and null for what is no file', async () => {
    using sample = sampleRepository();
    const bytes = Buffer.from([0, 10, 13, 255, 10]);
    const commit = sample.commit({
      'a.bin': bytes,
      'two\nlines.py': 'x',
      'empty.py': '',
      link: { link: 'a.bin' },
    });

    const files = await open(sample).readFiles(
      commit,
      ['a.bin', 'two\nlines.py', 'empty.py', 'link', 'none'],
      megabyte,
    );

    expect([...files]).toEqual([
      ['a.bin', bytes],
      ['two\nlines.py', Buffer.from('x')],
      ['empty.py', Buffer.alloc(0)],
      ['link', null],
      ['none', null],
    ]);
  });

  it('refuses to read more than it was allowed', async () => {
    using sample = sampleRepository();
    const commit = sample.commit({ 'a.py': 'x'.repeat(2000) });

    await expect(open(sample).readFiles(commit, ['a.py'], 1000)).rejects.toMatchObject({
      code: 'input_invalid',
    });
  });

  it('gives commits without names, in UTC', async () => {
    using sample = sampleRepository();
    const first = sample.commit({ 'a.py': '1\n' }, 'Fix ä (fixes #1)\n\nbody');
    const second = sample.commit({ 'a.py': '2\n' });

    const commits = await open(sample).commitInfo([second, first]);

    expect([...commits.keys()]).toEqual([second, first]);
    expect(commits.get(first)).toEqual({
      sha: first,
      parents: [],
      authoredAt: '2024-05-01T08:00:00Z',
      committedAt: '2024-05-01T08:00:00Z',
      subject: 'Fix ä (fixes #1)',
    });
    expect(commits.get(second)?.parents).toEqual([first]);
  });

  it('finds the merge base, and null for histories that share nothing', async () => {
    using sample = sampleRepository();
    const base = sample.commit({ 'a.py': '1\n' });
    const main = sample.commit({ 'a.py': '2\n' });
    sample.git('checkout', '--quiet', '-b', 'topic', base);
    const topic = sample.commit({ 'b.py': '1\n' });
    sample.git('checkout', '--quiet', '--orphan', 'alone');
    const alone = sample.commit({ 'c.py': '1\n' });

    expect(await open(sample).mergeBase(main, topic)).toBe(base);
    expect(await open(sample).mergeBase(main, alone)).toBeNull();
  });

  it('says that a commit is missing, whichever question is asked', async () => {
    using sample = sampleRepository();
    const here = sample.commit({ 'a.py': '1\n' });
    const repository = open(sample);
    const questions = [
      async () => repository.mergeBase(here, absent),
      async () => repository.changes(here, absent),
      async () => repository.diff(here, absent, { maximumBytes: megabyte }),
      async () => repository.listFiles(absent),
      async () => repository.readFiles(absent, ['a.py'], megabyte),
      async () => repository.commitInfo([here, absent]),
    ];

    for (const question of questions)
      await expect(question()).rejects.toMatchObject({ code: 'git_object_missing' });
    expect(await repository.has(here)).toBe(true);
    expect(await repository.has(absent)).toBe(false);
  });

  it('refuses anything but a commit id, so that no argument is an option', async () => {
    using sample = sampleRepository();
    sample.commit({});

    await expect(open(sample).changes('--output=x' as Sha, absent)).rejects.toMatchObject({
      code: 'input_invalid',
    });
  });

  it('finds the git directory of a work tree and of a bare repository', async () => {
    using sample = sampleRepository();

    expect(await gitDirectoryOf(sample.workTree)).toBe(sample.gitDirectory);
    expect(await gitDirectoryOf(sample.gitDirectory)).toBe(sample.gitDirectory);
    await expect(gitDirectoryOf(sample.root)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a repository of 10,000 files', () => {
  it('is listed, read and compared whole', async () => {
    using sample = sampleRepository();
    const [base, head] = importLarge(sample, 10_000);
    const repository = open(sample);

    const files = await repository.listFiles(head);
    const changed = await repository.changes(base, head);
    const some = await repository.readFiles(
      head,
      files.map(({ path }) => path),
      10 * megabyte,
    );
    const whole = await repository.diff(base, head, {
      paths: changed.map(({ path }) => path),
      maximumBytes: 100 * megabyte,
    });

    expect(files).toHaveLength(10_000);
    expect(changed).toHaveLength(10_000);
    expect([...some.values()].every((content) => content?.toString() === 'two\n')).toBe(true);
    expect(whole?.toString('utf8').match(/^diff --git /gm)).toHaveLength(10_000);
  });
});

/** Two commits that differ in every file, through `git fast-import`: writing the files takes longer than the test. */
function importLarge(sample: SampleRepository, files: number): [Sha, Sha] {
  const commit = (content: string, parent: string): string => {
    const entries = Array.from({ length: files }, (_, at) => {
      const path = `packages/module-${at % 100}/source/a-rather-long-name-of-a-file-${at}.py`;
      return `M 100644 inline ${path}\ndata ${content.length}\n${content}\n`;
    });
    const header = `commit refs/heads/large\ncommitter octo-dev <octo-dev@example.com> 1714550400 +0000\ndata 1\nx\n`;
    return `${header}${parent}${entries.join('')}`;
  };
  const input = `${commit('one\n', '')}${commit('two\n', '')}`;
  execFileSync('git', ['fast-import', '--quiet'], { cwd: sample.workTree, env: sampleEnvironment, input });
  return [sample.git('rev-parse', 'large~1') as Sha, sample.git('rev-parse', 'large') as Sha];
}

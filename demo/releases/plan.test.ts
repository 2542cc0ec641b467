import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { git } from './git.ts';
import type { ReleasedPackage } from './packages.ts';
import { planReleases } from './plan.ts';
import type { PlannedFix, PlannedRepository } from './planned.ts';
import { packSample } from './sample-tarball.ts';

const signal = new AbortController().signal;
const versions = ['1.0.0', '1.0.1', '1.0.2', '1.0.3', '1.0.4'];
const sample: ReleasedPackage = {
  name: 'sample',
  lines: [versions],
  refused: { '1.0.2': 'no_issue' },
  madeUp: ['empty'],
};

function filesOf(version: string): Record<string, string> {
  const entries = versions
    .slice(1)
    .map((version) => `## ${version}\n- [Fix] repair ${version}\n- [Fix] mend ${version}\n`);
  const manifest = { name: 'sample', version, license: 'MIT', repository: 'octo-org/sample' };
  return {
    'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
    'CHANGELOG.md': entries.toReversed().join('\n'),
    'lib/a.js': `first ${version}\nsame\nsame\nlast ${version}\n`,
    'test/a.js': `expects ${version}\n`,
  };
}

/** With its tarballs in the cache, a plan needs neither npm nor a network. */
async function fillCache(dir: string): Promise<void> {
  await mkdir(join(dir, 'tarballs'), { recursive: true });
  for (const version of versions) {
    await writeFile(join(dir, 'tarballs', `sample-${version}.tgz`), await packSample(filesOf(version)));
  }
}

function plan(dir: string): Promise<PlannedRepository[]> {
  return planReleases({ dir, packages: [sample], signal, onProgress: () => {} });
}

describe('a planned repository', () => {
  let dir: string;
  let repository: PlannedRepository;
  const show = async (...args: string[]) => (await git(repository.git, args, { signal })).toString().trim();

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'releases-'));
    await fillCache(dir);
    const [planned] = await plan(dir);
    if (planned === undefined) throw new Error('nothing was planned');
    repository = planned;
  });
  afterAll(() => rm(dir, { recursive: true }));

  test('is named by the package, and has a commit for each release on main', async () => {
    expect(repository).toMatchObject({ repo: 'octo-org/sample', licence: 'MIT' });
    expect((await show('log', '--format=%s', '--reverse', 'main')).split('\n')).toEqual(
      versions.map((version) => `sample ${version}`),
    );
    expect(await show('log', '-1', '--format=%an <%ae>', 'main')).toBe('mendloop-demo <demo@localhost>');
    expect(await show('fsck', '--strict')).toBe('');
  });

  test('has a change for each release after the first, then the made-up ones', () => {
    expect(
      repository.changes.map((change) => [change.version, change.kind === 'fix' ? 'fix' : change.why]),
    ).toEqual([
      ['1.0.1', 'fix'],
      ['1.0.2', 'no_issue'],
      ['1.0.3', 'fix'],
      ['1.0.4', 'fix'],
      ['1.0.4', 'empty'],
    ]);
  });

  test('ends each change in the tree of its release, its base being the merge base of every head', async () => {
    for (const change of repository.changes) {
      expect(await show('rev-parse', `${change.pushes.at(-1)}^{tree}`)).toBe(
        await show('rev-parse', `refs/demo/releases/${change.version}^{tree}`),
      );
      for (const head of change.pushes) {
        expect(await show('merge-base', change.base_commit, head)).toBe(change.base_commit);
      }
    }
  });

  test('pushes half of the source first, then all of it, then the release', async () => {
    const change = repository.changes[2];
    const texts = change?.pushes.map((head) => show('show', `${head}:lib/a.js`)) ?? [];
    const tests = change?.pushes.map((head) => show('show', `${head}:test/a.js`)) ?? [];

    expect(await Promise.all(texts)).toEqual([
      'first 1.0.3\nsame\nsame\nlast 1.0.2',
      'first 1.0.3\nsame\nsame\nlast 1.0.3',
      'first 1.0.3\nsame\nsame\nlast 1.0.3',
    ]);
    expect(await Promise.all(tests)).toEqual(['expects 1.0.2', 'expects 1.0.2', 'expects 1.0.3']);
  });

  test('has a rival with half of the source', async () => {
    const { rival } = repository.changes[2] as PlannedFix;

    expect(await show('show', `${rival?.head}:lib/a.js`)).toBe('first 1.0.3\nsame\nsame\nlast 1.0.2');
  });

  test('opens an issue for each fix of the changelog, and none where the link is to be missing', () => {
    expect(repository.changes.map((change) => change.issues.map((issue) => issue.title))).toEqual([
      ['repair 1.0.1', 'mend 1.0.1'],
      [],
      ['repair 1.0.3', 'mend 1.0.3'],
      ['repair 1.0.4', 'mend 1.0.4'],
      ['Run the checks again'],
    ]);
    expect(repository.changes[0]?.issues[0]?.body).toContain('stands in for the pull request');
  });

  test('is the same to the byte when it is planned again', async () => {
    expect(await plan(dir)).toEqual([repository]);
    expect(await readdir(join(dir, 'git'))).toEqual(['octo-org__sample.git']);
  });
});

describe('trouble', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'releases-'));
    await fillCache(dir);
    return async () => {
      vi.unstubAllEnvs();
      await rm(dir, { recursive: true });
    };
  });

  test('a damaged tarball is named and leaves the cache, to be fetched again', async () => {
    await writeFile(join(dir, 'tarballs', 'sample-1.0.3.tgz'), 'cut');

    await expect(plan(dir)).rejects.toMatchObject({
      code: 'input_invalid',
      message: expect.stringContaining('sample-1.0.3.tgz'),
    });
    expect(await readdir(join(dir, 'tarballs'))).not.toContain('sample-1.0.3.tgz');
  });

  test('what npm does not give is a clear error', async () => {
    vi.stubEnv('npm_config_offline', 'true');
    const packages = [{ ...sample, lines: [['1.0.0', '9.9.9']] }];

    const planned = planReleases({ dir, packages, signal, onProgress: () => {} });

    await expect(planned).rejects.toMatchObject({
      code: 'registry_unreachable',
      message: 'npm could not fetch releases of sample: ENOTCACHED.',
    });
    expect(await readdir(join(dir, 'tarballs'))).toHaveLength(versions.length);
  });

  test('a stopped plan says so and leaves no half-written repository', async () => {
    const planned = planReleases({
      dir,
      packages: [sample],
      signal: AbortSignal.abort(),
      onProgress: () => {},
    });

    await expect(planned).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(join(dir, 'git'))).toEqual([]);
  });

  test('a release whose changelog names no fix is refused', async () => {
    const packages = [{ ...sample, refused: {}, lines: [['1.0.1', '1.0.0']] }];

    const planned = planReleases({ dir, packages, signal, onProgress: () => {} });

    await expect(planned).rejects.toMatchObject({ code: 'input_invalid' });
  });
});

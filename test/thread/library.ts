import type { LoopbackGitHub } from '../../demo/github/server.ts';
import type { Sha } from '../../src/domain/ids.ts';
import { type SampleRepository, sampleRepository } from '../../src/git/sample-repository.test-support.ts';

/** When the commits of sample repositories were made; pull requests come later. */
export const committedAt = '2024-05-01T08:00:00Z';

const licence = `MIT License

Copyright (c) 2024 octo-org

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, subject to the following
conditions: The above copyright notice and this permission notice shall be included in all copies.
`;

const counter = (body: string): string => `export function count(words) {\n${body}\n}\n`;

/** A small package whose `count` forgets empty words. */
export const baseFiles = {
  'package.json': '{\n  "name": "counter",\n  "version": "1.2.0",\n  "license": "MIT"\n}\n',
  LICENSE: licence,
  'README.md': '# counter\n',
  'src/counter.js': counter('  return words.length;'),
  'src/old.js': 'export const old = true;\n',
  'test/counter.test.js':
    "import { count } from '../src/counter.js';\n\nconsole.assert(count(['a']) === 1);\n",
} as const;

/** Source, test and documentation of the right answer. */
export const fixFiles = {
  'src/counter.js': counter('  return words.filter((word) => word !== "").length;'),
  'test/counter.test.js': `${baseFiles['test/counter.test.js']}console.assert(count(['a', '']) === 1);\n`,
  'README.md': '# counter\n\nEmpty words are not counted.\n',
} as const;

/** An attempt that is nearly right, and one that is far off. */
export const firstTry = {
  'src/counter.js': counter('  return words.filter((word) => word).length;'),
} as const;
export const otherTry = { 'src/counter.js': counter('  return words.length - 1;') } as const;

export interface Library extends Disposable {
  readonly github: LoopbackGitHub;
  /** `owner/name`. */
  readonly repo: string;
  readonly sample: SampleRepository;
  readonly base: Sha;
  /** Commits files on a new branch from `from`, the base when left out. */
  branch(name: string, files: Parameters<SampleRepository['commit']>[0], from?: Sha): Sha;
}

export interface LibraryOptions {
  readonly owner?: string;
  readonly private?: boolean;
  readonly files?: Parameters<SampleRepository['commit']>[0];
}

/** Makes a repository with one commit, on this machine and on the loopback GitHub. */
export async function library(
  github: LoopbackGitHub,
  name: string,
  options: LibraryOptions = {},
): Promise<Library> {
  const owner = options.owner ?? 'octo-org';
  const sample = sampleRepository();
  const base = sample.commit(options.files ?? baseFiles, 'Count words');
  await github.createRepository({
    owner,
    name,
    fromGit: sample.gitDirectory,
    sha: base,
    private: options.private ?? false,
  });
  return {
    github,
    repo: `${owner}/${name}`,
    sample,
    base,
    branch(branch, files, from = base) {
      sample.git('checkout', '--quiet', '-B', branch, from);
      return sample.commit(files, `Work on ${branch}`);
    },
    [Symbol.dispose]: () => sample[Symbol.dispose](),
  };
}

/** Minutes after the commits were made. */
export function minutes(count: number): Date {
  return new Date(Date.parse(committedAt) + count * 60_000);
}

export interface Proposal {
  readonly head: Sha;
  readonly branch?: string;
  /** Pushed to a fork of this account. */
  readonly fork?: string;
  readonly title?: string;
  readonly body?: string;
  readonly author?: Parameters<LoopbackGitHub['openPull']>[0]['author'];
  readonly base?: string;
  /** Issues linked by hand. */
  readonly closes?: readonly number[];
  readonly at?: Date;
}

/** Pushes a head and opens a pull request from it. */
export async function propose({ github, repo, sample }: Library, proposal: Proposal): Promise<number> {
  const { head, fork, at = minutes(60), branch = 'fix' } = proposal;
  const from = fork === undefined ? repo : (await github.forkRepository({ repo, owner: fork, at })).repo;
  await github.pushBranch({ repo: from, branch, sha: head, fromGit: sample.gitDirectory, at });
  const { number } = await github.openPull({
    repo,
    head: { repo: from, branch },
    title: proposal.title ?? 'Do not count empty words',
    body: proposal.body ?? '',
    author: proposal.author ?? 'octo-dev',
    ...(proposal.base === undefined ? {} : { base: proposal.base }),
    ...(proposal.closes === undefined ? {} : { closes: proposal.closes }),
    at,
  });
  return number;
}

/** Opens an issue a minute after the commits. */
export function report({ github, repo }: Library, title = 'Empty words are counted'): number {
  const body = 'count(["a", ""]) gives 2, it should give 1.';
  return github.openIssue({ repo, title, body, author: 'octo-reporter', at: minutes(-60) }).number;
}

/** Pushes another head to a pull request, by force where it is no descendant. */
export async function push(library: Library, number: number, sha: Sha, at = minutes(70)): Promise<void> {
  const { github, repo, sample } = library;
  await github.pushToPull({ repo, number, sha, fromGit: sample.gitDirectory, at });
}

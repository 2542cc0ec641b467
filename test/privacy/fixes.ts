import { setTimeout as sleep } from 'node:timers/promises';
import type { LoopbackGitHub } from '../../demo/github/server.ts';
import { sampleRepository } from '../../src/git/sample-repository.test-support.ts';
import type { Canary } from './activity.ts';

/** Words of this fix alone: two that say the same would be near-duplicates. */
function prose(word: string, number: number): string {
  return Array.from({ length: 12 }, (_, at) => `${word}w${number}x${at}`).join(' ');
}

/** An issue and the merged change that closes it, the canary word in every text, path and line. */
async function fix(github: LoopbackGitHub, { repo, word }: Canary, number: number): Promise<void> {
  using sample = sampleRepository();
  const path = `src/${word}${number}.js`;
  const before = `// ${prose(word, number)}\nexport const ${word}_${number} = 1 - ${number};\n`;
  const base = sample.commit({ LICENSE: 'MIT License\n', [path]: before }, `before ${word}`);
  sample.git('checkout', '--quiet', '-b', 'fix');
  const after = sample.commit({ [path]: before.replace('1 -', '1 +') }, `after ${word}`);
  const fromGit = sample.gitDirectory;
  const author = 'octo-dev';
  const branch = `fix-${word}-${number}`;
  await github.pushBranch({ repo, branch: 'main', sha: base, fromGit });
  const issue = github.openIssue({ repo, author, title: `Wrong sum ${number}`, body: prose(word, number) });
  await github.pushBranch({ repo, branch, sha: after, fromGit });
  const body = `Fixes #${issue.number}\n\n${word}`;
  const pull = await github.openPull({ repo, head: { branch }, title: `Fix ${number}`, body, author });
  await github.mergePull({ repo, number: pull.number, method: 'merge' });
}

/** Merged fixes of a repository, one after the other: the newest of all become held-out rows. */
export async function mergeFixes(
  github: LoopbackGitHub,
  canary: Canary,
  numbers: readonly number[],
): Promise<void> {
  for (const number of numbers) {
    await fix(github, canary, number);
    // GitHub's times are whole seconds, and what is merged in one second is on one side of a snapshot's split.
    await sleep(1000 - (Date.now() % 1000));
  }
}

import type { LoopbackGitHub } from '../../demo/github/server.ts';
import { sampleRepository } from '../../src/git/sample-repository.test-support.ts';

export interface Canary {
  readonly repo: string;
  /** A word that is in nothing but this repository's content, and there everywhere. */
  readonly word: string;
}

/** Contents in which the word stands in a path, a line that stays, a line that changes and a commit's subject. */
function contents(word: string) {
  const sample = sampleRepository();
  const path = `src/${word}.js`;
  const base = sample.commit(
    { LICENSE: 'MIT License\n', [path]: `// ${word}\nexport const a = '${word}';\n` },
    word,
  );
  sample.git('checkout', '--quiet', '-b', 'first');
  const first = sample.commit({ [path]: `// ${word}\nexport const a = 'first ${word}';\n` }, `first ${word}`);
  const second = sample.commit(
    { [path]: `// ${word}\nexport const a = 'fixed ${word}';\n`, 'test/a.test.js': `check('${word}');\n` },
    `second ${word}`,
  );
  return { sample, base, first, second };
}

/** Everything that people do with an issue and its fix, the word in every text that they write. */
export async function act(github: LoopbackGitHub, { repo, word }: Canary): Promise<void> {
  const { sample, base, first, second } = contents(word);
  using _ = sample;
  const author = 'octo-dev';
  const fromGit = sample.gitDirectory;
  const branch = `fix-${word}`;
  await github.pushBranch({ repo, branch: 'main', sha: base, fromGit });
  const issue = github.openIssue({ repo, author, title: `Title ${word}`, body: `Body ${word}` });
  const at = { repo, number: issue.number };
  github.commentIssue({ ...at, author: 'octo-helper', body: `Comment ${word}` });
  github.labelIssue({ ...at, actor: author, label: `label-${word}` });
  await github.pushBranch({ repo, branch, sha: first, fromGit });
  const body = `Fixes #${issue.number}\n\n${word}`;
  const pull = await github.openPull({ repo, head: { branch }, title: `Fix ${word}`, body, author });
  const on = { repo, number: pull.number };
  github.commentPull({ ...on, author: 'octo-helper', body: `Conversation ${word}` });
  github.reviewPull({ ...on, author: 'octo-helper', state: 'COMMENTED', body: `Review ${word}` });
  await github.pushToPull({ ...on, sha: second, fromGit });
  await github.mergePull({ ...on, method: 'merge' });
}

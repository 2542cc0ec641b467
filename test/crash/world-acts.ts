import type { LoopbackGitHub } from '../../demo/github/server.ts';
import type { SeededRandom } from './random.ts';
import type { WorldPull } from './world-pull.ts';

/** One thing that people do on GitHub; it brings one delivery or more. */
export type Act = () => Promise<void>;

const author = 'octo-dev';

async function open(github: LoopbackGitHub, git: string, pull: WorldPull): Promise<void> {
  const { repo, branch, history } = pull;
  const rival = pull.rivalOf;
  const own = github.openIssue({
    repo,
    title: `Values of ${branch} are not clamped`,
    body: `A value above the limit comes back as it is in ${branch}.`,
    author: 'octo-reporter',
  });
  pull.ownIssue = own.number;
  if (pull.fate !== 'rejected') pull.issue = rival === null ? own.number : rival.issue;
  await github.pushBranch({ repo, branch, sha: history.first, fromGit: git, actor: author });
  const body = pull.issue === 0 ? 'Housekeeping.' : `Fixes #${pull.issue}`;
  const title = `Clamp the values of ${branch}`;
  pull.number = (await github.openPull({ repo, head: { branch }, title, body, author })).number;
  pull.evidence += 1;
}

async function push(github: LoopbackGitHub, git: string, pull: WorldPull): Promise<void> {
  const { repo, number, history } = pull;
  github.commentPull({ repo, number, author: 'octo-reviewer', body: 'This clamps from below.' });
  await github.pushToPull({ repo, number, sha: history.second, fromGit: git });
  pull.evidence += 1;
}

async function end(github: LoopbackGitHub, pull: WorldPull): Promise<void> {
  const { repo, number, rivalOf } = pull;
  if (pull.fate !== 'closed') {
    await github.mergePull({ repo, number });
    return;
  }
  github.closePull({ repo, number, actor: author });
  // Each of its two heads may become a candidate of the pull request that won.
  if (rivalOf !== null) rivalOf.evidence += 2;
}

/** All pull requests are opened, then pushed to, then ended; a rival after the one that it competes with. */
export function actsOf(
  github: LoopbackGitHub,
  git: string,
  pulls: readonly WorldPull[],
  random: SeededRandom,
): Act[] {
  const shuffled = random.shuffled(pulls);
  const opened = [
    ...shuffled.filter(({ rivalOf }) => !rivalOf),
    ...shuffled.filter(({ rivalOf }) => rivalOf),
  ];
  return [
    ...opened.map((pull) => async () => open(github, git, pull)),
    ...random.shuffled(pulls).map((pull) => async () => push(github, git, pull)),
    ...random.shuffled(pulls).map((pull) => async () => end(github, pull)),
  ];
}

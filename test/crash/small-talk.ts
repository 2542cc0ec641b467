import type { LoopbackGitHub } from '../../demo/github/server.ts';
import type { SeededRandom } from './random.ts';
import type { WorldPull } from './world-pull.ts';

/** An issue whose text changes is news for the instances of the pull requests that name it. */
function edit(github: LoopbackGitHub, pull: WorldPull, pulls: readonly WorldPull[], times: number): void {
  const { repo, issue: number } = pull;
  github.editIssue({ repo, number, actor: 'octo-reporter', body: `Seen ${times} times in ${pull.branch}.` });
  for (const other of pulls) if (other.repo === repo && other.issue === number) other.evidence += 1;
}

/** Says one more thing somewhere: a comment on an issue, a changed issue, or a comment on a pull request. */
export function smallTalk(
  github: LoopbackGitHub,
  pulls: readonly WorldPull[],
  random: SeededRandom,
): () => void {
  let times = 0;
  return () => {
    times += 1;
    const body = `I see it too, for the ${times}th time.`;
    const opened = pulls.filter(({ number }) => number !== 0);
    const kind = random.fraction();
    if (kind < 0.08) {
      const { repo, number } = random.pick(opened);
      github.commentPull({ repo, number, author: 'octo-reviewer', body });
      return;
    }
    const pull = random.pick(opened.filter(({ issue }) => issue !== 0));
    const { repo, issue: number } = pull;
    if (kind < 0.7) github.commentIssue({ repo, number, author: 'octo-user', body });
    else edit(github, pull, pulls, times);
  };
}

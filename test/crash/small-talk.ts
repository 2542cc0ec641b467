import type { LoopbackGitHub } from '../../demo/github/server.ts';
import type { SeededRandom } from './random.ts';
import type { WorldPull } from './world-pull.ts';

/** An issue whose text changes is news for the instances of the pull requests that name it. */
function edit(github: LoopbackGitHub, pull: WorldPull, pulls: readonly WorldPull[], times: number): void {
  const { repo, issue: number } = pull;
  github.editIssue({ repo, number, actor: 'octo-reporter', body: `Seen ${times} times in ${pull.branch}.` });
  for (const other of pulls) if (other.repo === repo && other.issue === number) other.evidence += 1;
}

/** An issue that no pull request names, where there is one yet: talk about the others has their instances looked at. */
function quietIssue(opened: readonly WorldPull[], random: SeededRandom): { repo: string; number: number } {
  const quiet = opened.filter(({ ownIssue, issue }) => ownIssue !== issue);
  const { repo, ownIssue: number } = random.pick(quiet.length > 0 ? quiet : opened);
  return { repo, number };
}

const shareOfPulls = 0.06;
const shareOfLinkedIssues = 0.1;
const shareOfEdits = 0.06;

/** Says one more thing somewhere: a comment on a pull request or an issue, or a changed issue. */
export function smallTalk(
  github: LoopbackGitHub,
  pulls: readonly WorldPull[],
  random: SeededRandom,
): () => void {
  let times = 0;

  function comment({ repo, number }: { repo: string; number: number }): void {
    const body = `I see it too, for the ${times}th time.`;
    github.commentIssue({ repo, number, author: 'octo-user', body });
  }

  return () => {
    times += 1;
    const opened = pulls.filter(({ number }) => number !== 0);
    const linking = opened.filter(({ issue }) => issue !== 0);
    const kind = random.fraction();
    if (kind < shareOfPulls) comment(random.pick(opened));
    else if (linking.length === 0) comment(quietIssue(opened, random));
    else if (kind < shareOfPulls + shareOfLinkedIssues) {
      const { repo, issue: number } = random.pick(linking);
      comment({ repo, number });
    } else if (kind < shareOfPulls + shareOfLinkedIssues + shareOfEdits)
      edit(github, random.pick(linking), pulls, times);
    else comment(quietIssue(opened, random));
  };
}

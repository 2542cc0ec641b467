import { type LoopbackGitHub, startLoopbackGitHub } from '../../demo/github/server.ts';
import type { DeliveryRecord } from '../../demo/github/webhooks/delivery.ts';
import { readAppManifest } from '../../src/config/app-manifest.ts';
import { writeHistories } from './history.ts';
import type { Plan } from './plan.ts';
import { seededRandom } from './random.ts';
import { smallTalk } from './small-talk.ts';
import { type Act, actsOf } from './world-acts.ts';
import { pullsOf, type WorldPull } from './world-pull.ts';

export interface World extends AsyncDisposable {
  readonly github: LoopbackGitHub;
  readonly app: Awaited<ReturnType<LoopbackGitHub['registerApp']>>;
  readonly repositories: readonly string[];
  readonly pulls: readonly WorldPull[];
  /** Installs the App on all repositories. */
  install(): void;
  /** Lets the next thing happen on GitHub; false when everything has happened. */
  step(): Promise<boolean>;
  /** What GitHub has sent since the last call, oldest first; redeliveries that the product asked for among it. */
  fresh(): DeliveryRecord[];
}

export interface WorldOptions {
  readonly dir: string;
  readonly webhookUrl: string;
  readonly webhookSecret: string;
  readonly plan: Plan;
}

const owner = 'octo-crash';

async function createRepositories(github: LoopbackGitHub, dir: string, plan: Plan): Promise<WorldPull[]> {
  const git = `${dir}/histories.git`;
  const histories = await writeHistories(git, plan.repositories, plan.pullsPerRepository);
  const pulls: WorldPull[] = [];
  for (const [index, history] of histories.entries()) {
    const name = `part-${index}`;
    const { id } = await github.createRepository({ owner, name, fromGit: git, sha: history.base });
    pulls.push(...pullsOf(`${owner}/${name}`, id, history, index * plan.pullsPerRepository));
  }
  return pulls;
}

/** After each act enough small talk follows that the acts and the talk together make all deliveries evenly. */
function schedule(acts: readonly Act[], talk: () => void, recorded: () => number, plan: Plan) {
  const before = recorded();
  let done = 0;
  return async (): Promise<boolean> => {
    const act = acts[done];
    if (act === undefined) return false;
    await act();
    done += 1;
    const due = before + ((plan.deliveries - before) * done) / acts.length;
    while (recorded() < Math.floor(due)) talk();
    return true;
  };
}

/**
 * A loopback GitHub whose deliveries are only recorded: the suite sends them itself. What happens on it depends on the
 * seed alone: issues and pull requests are opened, pushed to, talked about, merged and closed, while the load runs.
 */
export async function createWorld({ dir, webhookUrl, webhookSecret, plan }: WorldOptions): Promise<World> {
  const github = await startLoopbackGitHub({ dir, hourlyLimit: 10_000_000 });
  github.faults.onDelivery({ kind: 'drop', loggedAs: 'ok' }, {}, Number.POSITIVE_INFINITY);
  const manifest = await readAppManifest();
  const app = await github.registerApp({
    permissions: manifest.default_permissions,
    events: manifest.default_events,
    webhookUrl,
    webhookSecret,
  });
  const pulls = await createRepositories(github, dir, plan);
  const repositories = [...new Set(pulls.map((pull) => pull.repo))];
  const random = seededRandom(plan.seed, 'world');
  const git = `${dir}/histories.git`;
  const recorded = (): number =>
    github.deliveries.records(app.appId).filter((record) => !record.redelivery).length;
  let taken = 0;
  let step: (() => Promise<boolean>) | null = null;
  return {
    github,
    app,
    repositories,
    pulls,
    install: () => void github.install({ appId: app.appId, account: owner, repositories }),
    step: () => {
      step ??= schedule(actsOf(github, git, pulls, random), smallTalk(github, pulls, random), recorded, plan);
      return step();
    },
    fresh: () => {
      const all = github.deliveries.records(app.appId).toReversed();
      const news = all.slice(taken);
      taken = all.length;
      return news;
    },
    [Symbol.asyncDispose]: () => github[Symbol.asyncDispose](),
  };
}

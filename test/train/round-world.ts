import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PgBoss } from 'pg-boss';
import type { Cluster } from '../../src/domain/cluster-job.ts';
import { startBoss } from '../../src/jobs/boss.ts';
import { createJobQueue } from '../../src/jobs/queue.ts';
import { jobKinds } from '../../src/main/stages.ts';
import { sharedFolder } from '../../src/round-files/shared-folder.ts';
import { treeSha256 } from '../../src/round-files/tree-hash.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { Liveness } from '../../src/train/round/attempt/look.ts';
import type { RoundCluster } from '../../src/train/round/cluster/round-cluster.ts';
import type { RoundDeps } from '../../src/train/round/deps.ts';
import { type PlannedRound, planRound } from '../../src/train/round/requests/plan.ts';
import { roundRequest } from '../../src/train/round/state/request.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type Bundle, buildRewardServer } from '../support/reward-server.ts';
import { ProcessCluster } from './process-cluster.ts';
import { seedTraining } from './seed-training.ts';

const root = path.join(import.meta.dirname, '..', '..');
const log = createLog('silent');
/** For turns that nobody interrupts. */
export const { signal } = new AbortController();

/** A database, a folder, a queue and this machine as the cluster, whose driver is the real one. */
export interface RoundWorld extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly folder: string;
  readonly boss: PgBoss;
  readonly deps: RoundDeps;
  /** Where the round directories lie. */
  readonly rounds: string;
  readonly cluster: ProcessCluster;
  readonly bundle: Bundle;
  plan(changed?: PlanChanges): Promise<string>;
}

interface PlanChanges extends Partial<Omit<PlannedRound, 'request'>> {
  readonly request?: object;
}

export interface WorldOptions {
  readonly instances?: number;
}

export async function roundWorld({ instances = 20 }: WorldOptions = {}): Promise<RoundWorld> {
  const folder = await mkdtemp(path.join(tmpdir(), `mendloop-test-${process.pid}-round-`));
  const database = await testDatabase();
  const boss = await startBoss({ databaseUrl: database.url, log, role: 'server' });
  const bundle = await buildRewardServer();
  await seedTraining(database.db, instances);
  const model = path.join(folder, 'Tiny-Base');
  await mkdir(model);
  await writeFile(path.join(model, 'config.json'), '{"model_type":"llama"}');
  const cluster = new ProcessCluster({
    PATH: process.env['PATH'] ?? '',
    TMPDIR: tmpdir(),
    PYTHONPATH: path.join(root, 'trainer'),
    MENDLOOP_NODE: process.execPath,
  });
  const rounds = path.join(folder, 'rounds');
  await mkdir(rounds);
  const deps: RoundDeps = {
    db: database.db,
    queue: createJobQueue(boss, jobKinds),
    log,
    now: () => new Date(),
    cluster: async () => configured(cluster, rounds),
    snapshots: path.join(folder, 'snapshots'),
    assets: async () => ({
      rewardServer: bundle.file,
      rewardModule: path.join(root, 'trainer', 'mendloop_trainer', 'mendloop_reward.py'),
    }),
    model,
    checkpoints: {
      db: database.db,
      treeSha256: ({ round_id }) => treeSha256(path.join(rounds, round_id, 'out')),
      serve: null,
      retire: null,
    },
    liveness: new Liveness(),
    watchSeconds: 0.2,
  };
  let count = 0;
  async function plan({ request, ...changed }: PlanChanges = {}): Promise<string> {
    count += 1;
    const planned: PlannedRound = {
      round_id: `r-20260101-t${count}`,
      cause: 'manual',
      night: null,
      cluster: 'local',
      engine: 'fake',
      formula: 'mendloop/1',
      seed: 1,
      deadline: null,
      request: roundRequest.parse({ steps: 2, ...request }),
      ...changed,
    };
    await database.db.transaction().execute((trx) => planRound(trx, deps.queue, planned));
    return planned.round_id;
  }
  return {
    database,
    folder,
    boss,
    deps,
    rounds,
    cluster,
    bundle,
    plan,
    async [Symbol.asyncDispose]() {
      await cluster[Symbol.asyncDispose]();
      await boss.stop({ graceful: false, close: true });
      await bundle[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** This machine's cluster as a round sees it. */
export function configured(cluster: Cluster, rounds: string): RoundCluster {
  return {
    cluster,
    profile: 'cpu',
    settings: {},
    resources: { nodes: 1, gpus_per_node: 0, gpu_type: null, cpus: 2, mem_gb: 4 },
    files: sharedFolder(rounds),
    roundsDir: rounds,
    filesOf: sharedFolder,
    env: {},
    // Jobs outlive whoever looks at them.
    [Symbol.asyncDispose]: async () => undefined,
  };
}

import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Kysely } from 'kysely';
import { readAppManifest } from '../src/config/app-manifest.ts';
import { connect } from '../src/db/connect.ts';
import type { Database } from '../src/db/tables.ts';
import { isMendloopError, MendloopError } from '../src/domain/errors.ts';
import { startEmbedded } from '../src/postgres/embedded.ts';
import { createLog } from '../src/telemetry/log.ts';
import type { RegisteredApp } from './github/actions/apps.ts';
import { type LoopbackGitHub, startLoopbackGitHub } from './github/server.ts';
import { type Product, startProduct } from './product/product.ts';
import { deadJobs, untilSettled } from './product/settled.ts';
import { planReleases } from './releases/plan.ts';
import type { ReplayRepository } from './replay/change.ts';
import { fromReleases } from './replay/from-releases.ts';
import { fromRows } from './replay/from-rows.ts';
import { playRepository } from './replay/play.ts';
import { summarise, type SkippedStage } from './report/summary.ts';
import { table } from './report/table.ts';
import { train, type Trained } from './train/stage.ts';

const { values: options } = parseArgs({
  options: {
    exit: { type: 'boolean', default: false },
    summary: { type: 'string' },
    replay: { type: 'string' },
    'no-train': { type: 'boolean', default: false },
    'no-propose': { type: 'boolean', default: false },
    'no-label': { type: 'boolean', default: false },
  },
});

const started = performance.now();
const stopping = new AbortController();

function progress(message: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  process.stderr.write(`${seconds} s  ${message}\n`);
}

/** Stages of the loop that this version of Mendloop does not have are named, not pretended. */
function skippedStages(trained: Trained): SkippedStage[] {
  const why = (flag: 'no-label' | 'no-propose') =>
    options[flag] ? 'left out by request' : 'not part of this version';
  const skipped = [
    { stage: 'label', why: why('no-label') },
    { stage: 'propose', why: why('no-propose') },
  ];
  return trained.outcome === 'round' ? skipped : [...skipped, { stage: 'train', why: trained.why }];
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function changesToReplay(home: string): Promise<ReplayRepository[]> {
  if (options.replay !== undefined) return fromRows(options.replay);
  progress('fetching real npm releases; a release-level change stands in for a pull request');
  const planned = await planReleases({
    dir: path.join(home, 'releases'),
    signal: stopping.signal,
    onProgress: ({ name, step, count }) => progress(`${name}: ${count} releases ${step}`),
  });
  return fromReleases(planned);
}

async function prepareRepositories(
  github: LoopbackGitHub,
  appId: number,
  repositories: readonly ReplayRepository[],
) {
  const owners = new Map<string, string[]>();
  for (const { repo, git, changes } of repositories) {
    const [owner = '', name = ''] = repo.split('/');
    const sha = changes[0]?.base_commit;
    await github.createRepository({ owner, name, fromGit: git, ...(sha === undefined ? {} : { sha }) });
    owners.set(owner, [...(owners.get(owner) ?? []), repo]);
  }
  for (const [account, names] of owners) github.install({ appId, account, repositories: names });
}

async function replay(github: LoopbackGitHub, repositories: readonly ReplayRepository[]): Promise<void> {
  for (const repository of repositories) {
    await playRepository(github, repository, ({ change, pull, issues }) => {
      stopIfAsked();
      const links = issues.map((number) => `#${number}`).join(' ');
      progress(`${change.repo}: merged #${pull}${links === '' ? '' : ` for ${links}`}`);
    });
  }
}

function untilInterrupted(): Promise<void> {
  if (stopping.signal.aborted) return Promise.resolve();
  return new Promise((resolve) => stopping.signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** Ctrl-C ends the replay between two steps; what was started is stopped as at the end. */
function stopIfAsked(): void {
  if (stopping.signal.aborted) throw new MendloopError('cancelled', 'the demo was interrupted');
}

interface Stage {
  readonly github: LoopbackGitHub;
  readonly app: RegisteredApp;
  readonly db: Kysely<Database>;
  readonly product: Product;
}

/** Starts everything; the stack stops it again in the reverse order, also after a failure half-way. */
async function setUp(home: string, cleanup: AsyncDisposableStack): Promise<Stage> {
  const github = cleanup.use(await startLoopbackGitHub({ dir: path.join(home, 'loopback-github') }));
  progress(`loopback GitHub at ${github.url}`);
  const port = Number(process.env['PORT'] ?? 0) || (await freePort());
  const webhookSecret = randomBytes(24).toString('hex');
  const manifest = await readAppManifest();
  const app = await github.registerApp({
    permissions: manifest.default_permissions,
    events: manifest.default_events,
    webhookUrl: `http://127.0.0.1:${port}/api/github/webhooks`,
    webhookSecret,
  });
  const database = await startEmbedded({ home, log: createLog('warn') });
  cleanup.defer(() => database.stop());
  const product = cleanup.use(
    await startProduct({ home, port, githubApiUrl: github.apiUrl, app, webhookSecret }),
  );
  const { db } = cleanup.use(connect({ url: database.url, max: 3, applicationName: 'mendloop-demo' }));
  progress(`server and worker at ${product.url}`);
  return { github, app, db, product };
}

async function settle({ db, github }: Stage): Promise<void> {
  await untilSettled({
    db,
    underway: () => github.pendingDeliveries(),
    onProgress: (waiting, done) => {
      stopIfAsked();
      progress(`${waiting} waiting, ${done} jobs done`);
    },
    patienceMs: 90_000,
  });
}

/** The one temporary home is ours; a given one keeps what was made in it. */
interface Home {
  readonly folder: string;
  readonly isTemporary: boolean;
}

async function trainOnce({ db, product }: Stage, { folder, isTemporary }: Home): Promise<Trained> {
  if (options['no-train']) return { outcome: 'skipped', why: 'left out by request' };
  progress('training: one round of a tiny model on the CPU, about ten minutes');
  const trained = await train({ db, product, home: folder, isTemporary, signal: stopping.signal, progress });
  stopIfAsked();
  if (trained.outcome === 'skipped') progress(`training skipped: ${trained.why}`);
  return trained;
}

async function report({ db, product }: Stage, trained: Trained): Promise<void> {
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  const rounds = trained.outcome === 'round' ? [trained.round] : [];
  const summary = await summarise(db, { seconds, rounds, skipped: skippedStages(trained) });
  console.log(`\n${table(summary)}\n`);
  for (const { stage, why } of summary.skipped) console.log(`${stage}: ${why}`);
  if (options.summary !== undefined)
    await writeFile(options.summary, `${JSON.stringify(summary, null, 2)}\n`);
  const dead = await deadJobs(db);
  if (dead > 0) console.log(`${dead} jobs failed for good; they are on the dashboard`);
  // A candidate that the gate did not take is a round that worked.
  const broken = rounds.filter(({ state }) => state !== 'promoted' && state !== 'discarded');
  if (dead > 0 || broken.length > 0) process.exitCode = 1;
  console.log(`dashboard: ${product.url}`);
  for (const { round_id } of rounds) console.log(`the round: ${product.url}/rounds/${round_id}`);
}

async function play(home: Home): Promise<void> {
  const repositories = await changesToReplay(home.folder);
  await using cleanup = new AsyncDisposableStack();
  const stage = await setUp(home.folder, cleanup);
  await prepareRepositories(stage.github, stage.app.appId, repositories);
  await settle(stage);
  await replay(stage.github, repositories);
  await settle(stage);
  await report(stage, await trainOnce(stage, home));
  if (options.exit) return;
  console.log('serving until Ctrl-C');
  await untilInterrupted();
}

/** A home of the demo's own goes at the end; after a failure it stays, with the log in it. */
async function main(): Promise<void> {
  const givenHome = process.env['MENDLOOP_HOME'];
  const home = givenHome ?? (await mkdtemp(path.join(os.tmpdir(), 'mendloop-demo-')));
  // The database server runs as another user where the demo is run by root.
  if (givenHome === undefined) await chmod(home, 0o755);
  await mkdir(home, { recursive: true });
  try {
    await play({ folder: home, isTemporary: givenHome === undefined });
  } catch (error) {
    if (!isMendloopError(error) || error.code !== 'cancelled' || !stopping.signal.aborted) throw error;
  }
  if (givenHome === undefined) await rm(home, { recursive: true, force: true });
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());
try {
  await main();
} catch (error) {
  if (!isMendloopError(error)) throw error;
  process.stderr.write(`mendloop: ${error.code}: ${error.message}\n  ${error.hint}\n`);
  process.exitCode = error.exit;
}

import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { webhookPath } from '../../src/main/server.ts';
import { checksOf, type Outcome } from './checks.ts';
import { countDeliveries } from './count-deliveries.ts';
import { countPulls } from './count-pulls.ts';
import { countRequests } from './count-requests.ts';
import { drainLoad, installApp, playWorld } from './drive.ts';
import { readFacts } from './facts.ts';
import { type Killed, killAsPlanned } from './killer.ts';
import { type Load, startLoad } from './load.ts';
import { copies, type Plan, readPlan } from './plan.ts';
import { type Product, startProduct } from './product.ts';
import { seededRandom } from './random.ts';
import { report } from './report.ts';
import { type ReturnWatch, watchReturns } from './returned.ts';
import { settle } from './settle.ts';
import { createWorld, type World } from './world.ts';

const started = performance.now();

function progress(text: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  process.stderr.write(`${seconds} s  ${text}\n`);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

interface Stage {
  readonly plan: Plan;
  readonly world: World;
  readonly product: Product;
  readonly load: Load;
  readonly returns: ReturnWatch;
}

/** The load, the world and the killer at once, until every copy is acknowledged and every kill is done. */
async function storm({ plan, world, product, load, returns }: Stage): Promise<Killed> {
  await product.untilUp();
  await installApp(world, load, product);
  progress(`${plan.repositories} repositories known; the storm begins`);
  const killing = killAsPlanned({
    plan,
    product,
    returns,
    progress: () => load.ended() / (plan.deliveries * copies),
    onEvent: (text) => progress(`${load.ended()} sends ended: ${text}`),
  });
  const playing = playWorld(world, load).then(() => drainLoad(world, load));
  const [killed] = await Promise.all([killing, playing]);
  return killed;
}

async function measure(stage: Stage): Promise<Outcome> {
  const { plan, world, product, load, returns } = stage;
  const killed = await storm(stage);
  progress('everything is sent; waiting until nothing moves');
  const requeued = await settle(product, world, progress);
  await drainLoad(world, load);
  const facts = await readFacts(product.watch.db);
  const ended = new Set(['completed', 'failed']);
  return {
    plan,
    killed,
    requeued,
    load: load.counts(),
    returned: returns.result(),
    deliveries: countDeliveries(load.deliveries(), load.acknowledged, facts),
    pulls: countPulls(world.pulls, facts),
    requests: countRequests(world.github.requests.all, world.pulls, facts),
    dead: facts.dead,
    unfinished: facts.jobs.filter(({ state }) => !ended.has(state)).length,
    unaskedEnds: product.server.unasked() + product.worker.unasked(),
    seconds: Math.round((performance.now() - started) / 100) / 10,
  };
}

async function main(): Promise<boolean> {
  const plan = readPlan(process.argv.slice(2), process.env['MENDLOOP_TEST_SEED']);
  progress(`seed ${plan.seed}: ${plan.deliveries} deliveries, ${plan.kills.length} kills`);
  const home = await mkdtemp(path.join(tmpdir(), 'mendloop-crash-'));
  // The database server runs as another user where the suite is run by root.
  await chmod(home, 0o755);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}${webhookPath}`;
  const webhookSecret = randomBytes(24).toString('hex');
  let passed = false;
  try {
    await using world = await createWorld({
      dir: path.join(home, 'github'),
      webhookUrl: url,
      webhookSecret,
      plan,
    });
    await using product = await startProduct({
      home: path.join(home, 'data'),
      port,
      githubApiUrl: world.github.apiUrl,
      app: world.app,
      webhookSecret,
    });
    const load = startLoad({ url, rate: plan.rate, random: seededRandom(plan.seed, 'load') });
    const returns = watchReturns(product);
    try {
      const outcome = await measure({ plan, world, product, load, returns });
      passed = report(outcome, checksOf(outcome));
      return passed;
    } finally {
      await load.stop();
      await returns.stop();
    }
  } finally {
    if (passed) await rm(home, { recursive: true, force: true });
    else process.stderr.write(`the logs of this run are kept in ${path.join(home, 'data')}\n`);
  }
}

process.exit((await main()) ? 0 : 1);

import { setTimeout as sleep } from 'node:timers/promises';
import { killNow, type ProcessFact, processesWith, readProcess } from '../product/processes.ts';
import type { StartedRound } from '../product/product.ts';
import type { ProductWorld } from '../product/world.ts';
import type { Node } from '../real/slurm-world.ts';
import type { Victim } from './plan.ts';

/** What a kill may aim at. */
export interface Target {
  readonly round_id: string;
  /** `round start --wait`; null where the worker alone goes on with the round. */
  readonly watcher: StartedRound | null;
}

/** Null: there was nothing to kill just now. Otherwise what was killed. */
type Strike = (world: ProductWorld, target: Target) => Promise<string | null>;

function has(process: ProcessFact, ...words: readonly string[]): boolean {
  return words.every((word) => process.argv.includes(word));
}

/** The driver of the round's newest attempt; its scheduler's shell has the same words, in one argument or behind others. */
function driverOf({ round_id }: Target): ProcessFact | null {
  const all = processesWith(`/${round_id}`);
  return (
    all.findLast((one) => has(one, 'mendloop_trainer', 'run') && /python/.test(one.argv[0] ?? '')) ?? null
  );
}

/** The engine's process, or a reward server: not the guards between them and the driver. */
function childOf({ round_id }: Target): ProcessFact | null {
  const all = processesWith(`/${round_id}/reward/`);
  const engines = processesWith(`/${round_id}`);
  const isGuard = ({ argv }: ProcessFact): boolean => argv.some((word) => word.endsWith('guard.py'));
  const engine = engines.find((one) => has(one, 'mendloop_trainer.engines.fake') && !isGuard(one));
  return engine ?? all.find((one) => !isGuard(one)) ?? null;
}

/** Walks up from the driver to the process of the scheduler that stands over it. */
function above(target: Target, isIt: (one: ProcessFact) => boolean): ProcessFact | null {
  let one = driverOf(target);
  while (one !== null && one.parent > 1) {
    one = readProcess(one.parent);
    if (one !== null && isIt(one)) return one;
  }
  return null;
}

function killing(find: (target: Target) => ProcessFact | null, name: string): Strike {
  return async (_, target) => {
    const found = find(target);
    return found !== null && killNow(found.pid) ? `${name} ${found.pid}` : null;
  };
}

const isSupervisor = ({ argv: [first = '', , script = ''] }: ProcessFact): boolean =>
  first.startsWith('ray::') || (first === '/bin/sh' && script.includes('mkdir claimed'));
const isStep = ({ argv: [first = ''] }: ProcessFact): boolean => first.startsWith('slurmstepd');

async function killWorker({ product }: ProductWorld): Promise<string | null> {
  const pid = product.worker.pid();
  return pid !== null && (await product.worker.kill()) ? `worker ${pid}` : null;
}

async function killWatcher(_: ProductWorld, { watcher }: Target): Promise<string | null> {
  const pid = watcher?.pid() ?? null;
  return pid !== null && killNow(pid) ? `watcher ${pid}` : null;
}

/** Whoever of the two is at the round, it dies: both at the same moment. */
async function killApp(world: ProductWorld, target: Target): Promise<string | null> {
  const killed = await Promise.all([killWatcher(world, target), killWorker(world)]);
  const names = killed.filter((name) => name !== null);
  return names.length > 0 ? names.join(' and ') : null;
}

/** GCS, raylet and dashboard at once; drivers end with the raylet. Then a new head, which knows nothing. */
async function killHead({ ray, kills }: ProductWorld): Promise<string | null> {
  const names = ['/gcs/gcs_server ', '/raylet/raylet ', 'dashboard/dashboard.py'];
  const pids = (await Promise.all(names.map((name) => ray.processes(name)))).flat();
  if (pids.length < names.length) return null;
  for (const pid of pids) killNow(pid);
  kills.head.push(Date.now());
  await sleep(3000);
  await ray.stop();
  await ray.start();
  return `head ${pids.join(' ')}`;
}

async function killController({ slurm, kills }: ProductWorld): Promise<string | null> {
  const daemon = slurm.daemons.get('slurmctld');
  if (daemon?.isRunning() !== true) return null;
  await daemon.kill();
  kills.slurmctld.push(Date.now());
  await slurm.startController();
  return `slurmctld ${daemon.pid}`;
}

/** The one that runs the round's job. */
async function killNode({ slurm }: ProductWorld, target: Target): Promise<string | null> {
  const step = above(target, isStep);
  const id = /\[(\d+)\./.exec(step?.argv[0] ?? '')?.[1];
  const node = id && (await slurm.ask('squeue', '-h', '-j', id, '-o', '%N').catch(() => '')).trim();
  const daemon = node ? slurm.daemons.get(node as Node) : undefined;
  if (daemon?.isRunning() !== true) return null;
  await daemon.kill();
  slurm.startNode(node as Node);
  return `slurmd ${daemon.pid} of ${node}`;
}

/** What is being started again is left alone meanwhile: a second start beside it would be the suite's own fault. */
function oneAtATime(strike: Strike): Strike {
  let isBusy = false;
  return async (world, target) => {
    if (isBusy) return null;
    isBusy = true;
    try {
      return await strike(world, target);
    } finally {
      isBusy = false;
    }
  };
}

/** SIGKILL to each, and a new one where the cluster's operator would start one. */
export const strikes: Readonly<Record<Victim, Strike>> = {
  app: killApp,
  worker: killWorker,
  watcher: killWatcher,
  driver: killing(driverOf, 'driver'),
  child: killing(childOf, 'child'),
  supervisor: killing((target) => above(target, isSupervisor), 'supervisor'),
  slurmstepd: killing((target) => above(target, isStep), 'slurmstepd'),
  head: oneAtATime(killHead),
  slurmctld: oneAtATime(killController),
  slurmd: oneAtATime(killNode),
};

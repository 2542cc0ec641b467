import { setTimeout as sleep } from 'node:timers/promises';
import { gracefulStopAt, type Plan, type PlannedKill } from './plan.ts';
import type { Product } from './product.ts';
import type { ReturnWatch } from './returned.ts';
import { type Strike, strike } from './strike.ts';

export interface GracefulStop {
  /** Exit status of server and worker. */
  readonly statuses: readonly (number | null)[];
  /** Milliseconds of the slower one. */
  readonly ms: number;
  /** Jobs that were at work when the signal came, and when both had ended. */
  readonly jobsBefore: number;
  readonly jobsAfter: number;
}

export interface Killed {
  readonly strikes: readonly Strike[];
  readonly gracefulStop: GracefulStop;
}

export interface KillerOptions {
  readonly plan: Plan;
  readonly product: Product;
  readonly returns: ReturnWatch;
  /** Share of all sends that have ended. */
  readonly progress: () => number;
  readonly onEvent: (text: string) => void;
}

async function untilProgress(progress: () => number, at: number): Promise<void> {
  while (progress() < at) await sleep(50);
}

/** Jobs of the worker of now; those that a killed one left, or that a killed database kept from ending, are not among them. */
async function jobsAtWork({ watch }: Product, since: Date): Promise<number> {
  const { rows } = await watch.pool.query<{ n: number }>(
    `select count(*)::int as n from pgboss.job where state = 'active' and name <> 'dead'
      and started_on >= greatest($1, pg_postmaster_start_time())`,
    [since],
  );
  return rows[0]?.n ?? 0;
}

async function killOne({ product, returns, onEvent }: KillerOptions, planned: PlannedKill): Promise<Strike> {
  const { victim, insideTransaction } = planned;
  let struck: Strike | null = null;
  while (struck === null) {
    // In mid-transaction everything is up; at a random moment the others may still be coming back.
    if (insideTransaction) await product.untilUp();
    else await sleep(20);
    struck = await strike(product, planned);
  }
  if (victim === 'worker') returns.follow(struck);
  const inside = struck.insideTransaction ? ', inside a transaction' : '';
  const jobs = victim === 'worker' ? `, ${struck.jobs.length} jobs at work` : '';
  onEvent(`killed ${victim}${inside}${jobs}`);
  return struck;
}

/** SIGTERM to both while deliveries arrive and jobs are at work; then both start again. */
async function stopGracefully({ product, onEvent }: KillerOptions): Promise<GracefulStop> {
  const roles = [product.server, product.worker];
  await product.untilUp();
  const since = product.worker.startedAt();
  const until = performance.now() + 10_000;
  while ((await jobsAtWork(product, since)) === 0 && performance.now() < until) await sleep(20);
  const jobsBefore = await jobsAtWork(product, since);
  const ends = await Promise.all(roles.map((role) => role.stop()));
  const jobsAfter = await jobsAtWork(product, since);
  for (const role of roles) role.start();
  const ms = Math.max(...ends.map((end) => end.ms));
  onEvent(`stopped server and worker in ${(ms / 1000).toFixed(1)} s, ${jobsBefore} jobs at work before`);
  return { statuses: ends.map(({ status }) => status), ms, jobsBefore, jobsAfter };
}

/** Carries out the plan's kills as the load goes on, and at the end the graceful stop. */
export async function killAsPlanned(options: KillerOptions): Promise<Killed> {
  const strikes: Strike[] = [];
  for (const planned of options.plan.kills) {
    await untilProgress(options.progress, planned.at);
    strikes.push(await killOne(options, planned));
  }
  await untilProgress(options.progress, gracefulStopAt);
  const gracefulStop = await stopGracefully(options);
  await options.product.untilUp();
  return { strikes, gracefulStop };
}

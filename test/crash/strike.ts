import { setTimeout as sleep } from 'node:timers/promises';
import type { PlannedKill, Victim } from './plan.ts';
import type { Product } from './product.ts';
import { backendsOf } from './transactions.ts';

export interface Strike {
  readonly victim: Victim;
  /** A transaction of the victim was open when it died, proven while its client stood still. */
  readonly insideTransaction: boolean;
  /** The transaction had written. */
  readonly uncommittedWrites: boolean;
  /** Jobs that the victim was at work on, with the number of their attempt; of a worker only. */
  readonly jobs: readonly JobAtWork[];
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
}

export interface JobAtWork {
  readonly id: string;
  readonly retry_count: number;
}

/** How long a moment inside a transaction is looked for. */
const patienceMs = 15_000;
const outOfStatementMs = 500;

/** The processes whose transactions the victim's death ends. */
function clientsOf(product: Product, victim: Victim) {
  return victim === 'database' ? [product.server, product.worker] : [product[victim]];
}

/**
 * What is open while the clients stand still: a statement at work ends soon, and a transaction then waits for its
 * client, so what is seen after that stays as it is until the kill.
 */
async function look(product: Product, victim: Victim) {
  const { db } = product.watch;
  const until = performance.now() + outOfStatementMs;
  let backends = await backendsOf(db, victim);
  while (backends.busy > 0 && performance.now() < until) {
    await sleep(5);
    backends = await backendsOf(db, victim);
  }
  return backends;
}

/** Null while the database is down: then there is nothing to see. */
async function lookIfUp(product: Product, victim: Victim) {
  return look(product, victim).catch(() => null);
}

async function jobsAtWork(product: Product): Promise<readonly JobAtWork[]> {
  const rows = await product.watch.pool
    .query<JobAtWork>(`select id, retry_count from pgboss.job where state = 'active' and name <> 'dead'`)
    .catch(() => null);
  return rows?.rows ?? [];
}

/** Freezes the clients until one has a transaction open, or any moment will do; they stay frozen. */
async function freezeAtMoment(product: Product, { victim, insideTransaction }: PlannedKill) {
  const clients = clientsOf(product, victim);
  const until = performance.now() + patienceMs;
  for (let round = 0; ; round += 1) {
    for (const client of clients) client.freeze();
    const backends = await lookIfUp(product, victim);
    const found = backends !== null && backends.open > 0;
    if (found || !insideTransaction || performance.now() > until) return backends;
    for (const client of clients) client.thaw();
    // Uneven, so as not to keep step with what it looks at.
    await sleep(3 + ((round * 7) % 20));
  }
}

/** Kills the victim with SIGKILL, and says what its death interrupted; null where it was dead already. */
export async function strike(product: Product, planned: PlannedKill): Promise<Strike | null> {
  const { victim } = planned;
  const backends = await freezeAtMoment(product, planned);
  const jobs = victim === 'worker' ? await jobsAtWork(product) : [];
  const at = performance.now();
  const killed = await product.kill(victim);
  for (const client of clientsOf(product, victim)) client.thaw();
  if (!killed) return null;
  const insideTransaction = (backends?.open ?? 0) > 0;
  const uncommittedWrites = (backends?.written ?? 0) > 0;
  return { victim, insideTransaction, uncommittedWrites, jobs, at };
}

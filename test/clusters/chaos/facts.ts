import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import type { RoundState } from '../../../src/domain/round.ts';
import type { JournalEntries } from '../product/journal.ts';
import { processesWith } from '../product/processes.ts';
import type { ProductWorld } from '../product/world.ts';
import type { StormedRound } from './storm.ts';

export interface AttemptFact {
  readonly attempt: number;
  readonly state: string;
  readonly exit_code: number | null;
  readonly reason: string | null;
  /** How often a driver began to work on it, by the attempt's own events. */
  readonly begun: number;
  readonly isOver: boolean;
}

export interface RoundFact extends StormedRound {
  readonly state: RoundState;
  readonly reason: string | null;
  readonly attempts: readonly AttemptFact[];
  readonly checkpoints: number;
  readonly evaluations: number;
  /** Somebody holds the lock of its work folder. */
  readonly isHeld: boolean;
  readonly isPublished: boolean;
}

/** Everything that is counted, read once when nothing moves any more. */
export interface Facts {
  readonly rounds: readonly RoundFact[];
  readonly journal: JournalEntries;
  readonly kills: ProductWorld['kills'];
  /** Command lines of processes that live on for a round. */
  readonly orphans: readonly string[];
  /** Jobs of rounds that are not over. */
  readonly jobs: number;
  /** Locks of sessions, which `alone` takes. */
  readonly locks: number;
}

/** What a scheduler was made to forget ends by itself, a little later than its round. */
const orphanSeconds = 60;

async function begunOf(directory: string, attempt: number): Promise<number> {
  const file = path.join(directory, 'attempts', String(attempt).padStart(4, '0'), 'events.jsonl');
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => /"name": ?"validate"/.test(line)).length;
}

/** By the kernel: whoever has the lock lives. */
async function isHeld(directory: string): Promise<boolean> {
  const lock = path.join(directory, 'work', 'LOCK');
  if (!existsSync(lock)) return false;
  return promisify(execFile)('flock', ['--nonblock', lock, 'true']).then(
    () => false,
    () => true,
  );
}

async function attemptsOf(world: ProductWorld, directory: string, round_id: string): Promise<AttemptFact[]> {
  const rows = await world.product.watch.db
    .selectFrom('round_attempt')
    .select(['attempt', 'state', 'exit_code', 'reason', 'ended_at'])
    .where('round_id', '=', round_id)
    .orderBy('attempt')
    .execute();
  const attempts: AttemptFact[] = [];
  for (const { ended_at, ...row } of rows) {
    attempts.push({ ...row, isOver: ended_at !== null, begun: await begunOf(directory, row.attempt) });
  }
  return attempts;
}

async function countOf(
  world: ProductWorld,
  round_id: string,
): Promise<Pick<RoundFact, 'checkpoints' | 'evaluations'>> {
  const { db } = world.product.watch;
  const checkpoints = await db
    .selectFrom('checkpoint')
    .select('checkpoint_id')
    .where('round_id', '=', round_id)
    .execute();
  const evaluations = await db
    .selectFrom('evaluation as e')
    .innerJoin('checkpoint as c', 'c.checkpoint_id', 'e.checkpoint_id')
    .select('e.evaluation_id')
    .where('c.round_id', '=', round_id)
    .execute();
  return { checkpoints: checkpoints.length, evaluations: evaluations.length };
}

async function factOf(world: ProductWorld, stormed: StormedRound): Promise<RoundFact> {
  const { round_id, planned } = stormed;
  const directory = path.join(world.roundsOf(planned.kind), round_id);
  const { state, reason } = await world.product.watch.db
    .selectFrom('round')
    .select(['state', 'reason'])
    .where('round_id', '=', round_id)
    .executeTakeFirstOrThrow();
  return {
    ...stormed,
    state,
    reason,
    attempts: await attemptsOf(world, directory, round_id),
    ...(await countOf(world, round_id)),
    isHeld: await isHeld(directory),
    isPublished: existsSync(path.join(directory, 'out')),
  };
}

async function orphansOf(world: ProductWorld): Promise<string[]> {
  const folders = (['local', 'ray', 'slurm'] as const).map((kind) => `${world.roundsOf(kind)}/r-`);
  for (let second = 0; ; second += 1) {
    const found = folders.flatMap((folder) => processesWith(folder));
    if (found.length === 0 || second === orphanSeconds) return found.map(({ argv }) => argv.join(' '));
    await sleep(1000);
  }
}

/** Jobs of the queue that would still do something, and locks that a process still holds; both come to an end by themselves. */
async function queueOf(world: ProductWorld): Promise<Pick<Facts, 'jobs' | 'locks'>> {
  for (let second = 0; ; second += 1) {
    const { rows } = await sql<{ jobs: number; locks: number }>`
      select (select count(*)::int from pgboss.job
          where data->>'kind' = 'round.advance' and state in ('created', 'retry', 'active')) as jobs,
        (select count(*)::int from pg_locks
          where locktype = 'advisory' and granted
            and database = (select oid from pg_database where datname = current_database())) as locks
    `.execute(world.product.watch.db);
    const [found = { jobs: -1, locks: -1 }] = rows;
    if ((found.jobs === 0 && found.locks === 0) || second === orphanSeconds) return found;
    await sleep(1000);
  }
}

export async function readFacts(world: ProductWorld, stormed: readonly StormedRound[]): Promise<Facts> {
  const orphans = await orphansOf(world);
  const queue = await queueOf(world);
  const rounds: RoundFact[] = [];
  for (const round of stormed) rounds.push(await factOf(world, round));
  return { rounds, orphans, ...queue, journal: await world.journal.read(), kills: world.kills };
}

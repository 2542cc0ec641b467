import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasRoundEnded, type RoundState } from '../../../src/domain/round.ts';
import { type ProductWorld, writeEmptyModel } from '../product/world.ts';
import type { ChaosPlan, PlannedKill, PlannedRound } from './plan.ts';
import { strikes, type Target } from './strike.ts';
import { isHandedOver, type RoundPlace, type Where, whereIs } from './where.ts';

/** One round as it went. */
export interface StormedRound {
  readonly planned: PlannedRound;
  readonly round_id: string;
  readonly struck: readonly Struck[];
}

export interface Struck {
  readonly kill: PlannedKill;
  /** Where the round was, by what the suite saw just before. */
  readonly where: string;
  /** Null: the round had ended before there was anything to kill. */
  readonly killed: string | null;
}

/** Two cores carry so many drivers that mostly wait. */
const atOnce = 6;
const lookMs = 100;
/** Of each step, and of every other phase: time in which it can be struck. */
const engineOverrides = { sleep_s: 0.25 };
const steps = 4;
/** A whole life with three attempts, each of which is given up for lost after a minute. */
const patienceMs = 480_000;

export class Storm {
  readonly #world: ProductWorld;
  readonly #plan: ChaosPlan;
  readonly #tell: (text: string) => void;
  readonly #files: { readonly model: string; readonly overrides: string };

  static async prepare(world: ProductWorld, plan: ChaosPlan, tell: (text: string) => void): Promise<Storm> {
    const overrides = path.join(world.folder, 'overrides.json');
    await writeFile(overrides, JSON.stringify(engineOverrides));
    return new Storm(world, plan, tell, { model: await writeEmptyModel(world.folder), overrides });
  }

  private constructor(
    world: ProductWorld,
    plan: ChaosPlan,
    tell: (text: string) => void,
    files: { readonly model: string; readonly overrides: string },
  ) {
    this.#world = world;
    this.#plan = plan;
    this.#tell = tell;
    this.#files = files;
  }

  /** All rounds, a few at once, each struck as planned; resolves when every one has ended. */
  async run(): Promise<StormedRound[]> {
    const waiting = [...this.#plan.rounds];
    const done: StormedRound[] = [];
    const stop = (error: unknown): never => {
      waiting.length = 0;
      throw error;
    };
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        done.push(await this.#live(next).catch(stop));
    };
    const lanes = await Promise.allSettled(Array.from({ length: atOnce }, lane));
    // Only now, when nothing is started any more: the world ends with the first error.
    for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason;
    return done.sort((a, b) => a.planned.number - b.planned.number);
  }

  async #live(planned: PlannedRound): Promise<StormedRound> {
    const target = await this.#start(planned);
    const ends = Date.now() + patienceMs;
    const struck: Struck[] = [];
    for (const kill of planned.kills) struck.push(await this.#strike(planned, target, kill, ends));
    while (!hasRoundEnded((await this.#look(planned, target)).state)) {
      if (Date.now() > ends) break;
      await sleep(lookMs * 5);
    }
    return { planned, round_id: target.round_id, struck };
  }

  async #start({ kind, number, isWatched }: PlannedRound): Promise<Target> {
    const { product } = this.#world;
    const { model, overrides } = this.#files;
    const engine = ['--engine', 'fake', '--model', model, '--overrides', overrides, '--steps', String(steps)];
    const args = ['--cluster', kind, '--seed', String(number), ...engine];
    const started = await product.startRound(...args, ...(isWatched ? ['--wait'] : []));
    return { round_id: started.round_id, watcher: isWatched ? started : null };
  }

  #place({ kind }: PlannedRound, { round_id }: Target): RoundPlace {
    const directory = path.join(this.#world.roundsOf(kind), round_id);
    return { kind, round_id, directory, jobs: path.join(this.#world.product.home, 'jobs') };
  }

  async #look(planned: PlannedRound, target: Target): Promise<Where & { readonly state: RoundState }> {
    const { db } = this.#world.product.watch;
    const row = await db
      .selectFrom('round as r')
      .leftJoin('round_attempt as a', 'a.round_id', 'r.round_id')
      .select((of) => ['r.state', of.fn.max('a.attempt').as('attempt')])
      .where('r.round_id', '=', target.round_id)
      .groupBy('r.state')
      .executeTakeFirstOrThrow();
    return {
      state: row.state,
      ...(await whereIs(this.#place(planned, target), row.state, row.attempt ?? 0)),
    };
  }

  async #strike(planned: PlannedRound, target: Target, kill: PlannedKill, ends: number): Promise<Struck> {
    const { at, victim, jitterMs } = kill;
    if (at === 'handover') return this.#strikeHandover(planned, target, kill, ends);
    let isDue = false;
    for (; Date.now() < ends; await sleep(lookMs)) {
      const { progress, words: where, state } = await this.#look(planned, target);
      if (hasRoundEnded(state)) return this.#told(planned, target, { kill, where, killed: null });
      if (progress < at) continue;
      if (!isDue) await sleep(jitterMs);
      isDue = true;
      const killed = await strikes[victim](this.#world, target);
      if (killed !== null) return this.#told(planned, target, { kill, where, killed });
    }
    return this.#told(planned, target, { kill, where: 'nowhere', killed: null });
  }

  /** Nothing is asked in between: the app needs milliseconds to note what a scheduler said. */
  async #strikeHandover(
    planned: PlannedRound,
    target: Target,
    kill: PlannedKill,
    ends: number,
  ): Promise<Struck> {
    const place = this.#place(planned, target);
    while (!isHandedOver(place) && Date.now() < ends) await sleep(1);
    await sleep(kill.jitterMs);
    const killed = await strikes[kill.victim](this.#world, target);
    const { state } = await this.#look(planned, target);
    return this.#told(planned, target, { kill, where: `handing over, ${state}`, killed });
  }

  #told({ kind }: PlannedRound, { round_id }: Target, struck: Struck): Struck {
    const { where, killed, kill } = struck;
    const what = killed === null ? `found no ${kill.victim} to kill` : `killed ${killed}`;
    this.#tell(`${round_id} on ${kind}: ${what}, at: ${where}`);
    return struck;
  }
}

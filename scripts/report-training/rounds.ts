import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { MendloopError } from '../../src/domain/errors.ts';
import { hasRoundEnded, roundStates } from '../../src/domain/round.ts';
import { type RoundSpec, roundSpec } from '../../src/round-contract/round-spec.ts';
import { type ProfileChoice, profileOf } from '../../src/train/round/cluster/profiles.ts';
import type { Mendloop } from './mendloop.ts';

const listedRound = z.object({ round_id: z.string(), engine: z.string(), formula: z.string() });
const shownRound = z.object({
  dir: z.string(),
  round_id: z.string(),
  state: z.enum(roundStates),
  reason: z.string().nullable(),
  message: z.string().nullable(),
  engine: z.string(),
  formula: z.string(),
  seed: z.number(),
  gate: z.object({ decision: z.string(), reasons: z.array(z.string()) }).nullable(),
});
export type ShownRound = z.infer<typeof shownRound>;

export interface WantedRound {
  readonly seed: number;
  readonly formula: string;
  readonly steps: number | null;
  readonly cluster: ProfileChoice & { readonly name: string };
  /** Folder of the model that every round begins with. */
  readonly model: string;
  readonly baseTree: string;
}

/** What a round was stopped by is a finding about its formula; anything else that failed says nothing of it. */
const findings: ReadonlySet<string> = new Set(['diverged', 'hacked']);

export function isFinding({ state, reason }: ShownRound): boolean {
  return state === 'promoted' || state === 'discarded' || findings.has(reason ?? '');
}

export async function specOf({ dir }: Pick<ShownRound, 'dir'>): Promise<RoundSpec | null> {
  const text = await readFile(path.join(dir, 'spec.json'), 'utf8').catch(() => null);
  return text === null ? null : roundSpec.parse(JSON.parse(text));
}

/** A round of earlier settings is none of this report: they are the cluster's, but for what a round is asked for. */
function hasSettings(
  { engine, algo, lora, sft, warmup, evaluation }: RoundSpec,
  cluster: ProfileChoice,
): boolean {
  const { seed: _seed, max_steps: _steps, ...training } = algo;
  const { seed: _other, incumbent: _incumbent, rows: _rows, ...asking } = evaluation;
  const profile = profileOf(cluster);
  const { max_steps: _given, ...wanted } = profile.algo;
  const { rows: _most, ...asked } = profile.evaluation;
  return isDeepStrictEqual(
    [engine.profile, training, lora, sft, warmup, asking],
    [cluster.profile, wanted, profile.lora, profile.sft, profile.warmup, asked],
  );
}

async function fits(round: ShownRound, wanted: WantedRound): Promise<boolean> {
  const spec = await specOf(round);
  if (round.seed !== wanted.seed || round.state === 'cancelled' || spec === null) return false;
  const { model, evaluation, algo } = spec;
  const steps = wanted.steps ?? algo.max_steps;
  const begins = model.base.tree_sha256 === wanted.baseTree && model.init.mode === 'base';
  return (
    begins && hasSettings(spec, wanted.cluster) && evaluation.incumbent === null && algo.max_steps === steps
  );
}

/** The latest round of this seed and formula that began with the base model and was measured against it. */
async function findRound(mendloop: Mendloop, wanted: WantedRound): Promise<ShownRound | null> {
  const listed = z.array(listedRound).parse(await mendloop('round', 'list', '--limit', '1000'));
  for (const { round_id, engine, formula } of listed) {
    if (engine !== 'trl_grpo' || formula !== wanted.formula) continue;
    const round = shownRound.parse(await mendloop('round', 'show', round_id));
    if (await fits(round, wanted)) return round;
  }
  return null;
}

async function finish(mendloop: Mendloop, wanted: WantedRound): Promise<unknown> {
  const found = await findRound(mendloop, wanted);
  if (found === null) {
    const { seed, formula, steps, model, cluster } = wanted;
    await pointToBase(mendloop);
    const asked = ['--seed', String(seed), '--formula', formula, '--model', model];
    const more = steps === null ? [] : ['--steps', String(steps)];
    const where = ['--cluster', cluster.name, '--engine', 'trl_grpo', '--rows', 'hunks'];
    return mendloop('round', 'start', ...where, ...asked, ...more, '--wait');
  }
  if (isFinding(found)) return found;
  if (hasRoundEnded(found.state)) return mendloop('round', 'resume', found.round_id, '--wait');
  return mendloop('round', 'watch', found.round_id);
}

/** Takes a round that is there, goes on with one that is not finished, or runs it. Throws where it ends without a finding. */
export async function runRound(mendloop: Mendloop, wanted: WantedRound): Promise<ShownRound> {
  const round = shownRound.parse(await finish(mendloop, wanted));
  if (isFinding(round)) return round;
  const why = `${round.state}: ${round.reason ?? ''} ${round.message ?? ''}`;
  throw new MendloopError(
    'round_invalid',
    `round ${round.round_id} is ${why}; run this again to go on with it`,
  );
}

const checkpoint = z.object({ checkpoint_id: z.string(), aliases: z.array(z.string()) });

/** A promotion of one round must not be the incumbent of the next: every one is measured against the base model. */
export async function pointToBase(mendloop: Mendloop): Promise<void> {
  const isStable = async (): Promise<boolean> => {
    const listed = z.array(checkpoint).parse(await mendloop('checkpoint', 'list'));
    return listed.some(({ aliases }) => aliases.includes('stable'));
  };
  if (!(await isStable())) return;
  await mendloop('checkpoint', 'rollback', '--alias', 'stable');
  if (await isStable()) {
    throw new MendloopError(
      'round_invalid',
      'stable cannot be pointed back at the base model: take a fresh home',
    );
  }
}

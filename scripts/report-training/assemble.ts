import { existsSync } from 'node:fs';
import path from 'node:path';
import { MendloopError } from '../../src/domain/errors.ts';
import { mean } from '../../src/evaluate/measure.ts';
import type { RoundSpec } from '../../src/round-contract/round-spec.ts';
import { type AnsweredRow, answersOf, type Asker } from './answers.ts';
import { type Answers, compareFormulas, compareStages, measures, type Stages, taskMeans } from './compare.ts';
import type { ReportedRound, Sample, TrainingReport } from './report.ts';
import { readFacts } from './round-files.ts';
import { type ShownRound, specOf } from './rounds.ts';

type Given = Pick<TrainingReport, 'command' | 'date' | 'machine' | 'packages'> & { readonly model: string };
type StageAnswers = Readonly<Record<keyof Stages, readonly AnsweredRow[]>>;

interface RoundResult {
  readonly round: ShownRound;
  readonly spec: RoundSpec;
  /** Null: it was stopped, and left no model. */
  readonly answers: StageAnswers | null;
}

const sampleTasks = 2;
const sampleCharacters = 420;

async function resultOf(asker: Asker, round: ShownRound, base: string): Promise<RoundResult> {
  const spec = await specOf(round);
  if (spec === null) throw new MendloopError('round_invalid', `round ${round.round_id} has no specification`);
  const after = path.join(round.dir, 'out', 'model');
  if (!existsSync(after)) return { round, spec, answers: null };
  const warm = path.join(round.dir, 'work', 'warm');
  const ask = (model: string): Promise<AnsweredRow[]> => answersOf(asker, round.dir, model, spec);
  const answers = {
    base: await ask(base),
    warm: await ask(existsSync(warm) ? warm : base),
    after: await ask(after),
  };
  return { round, spec, answers };
}

function heldOutOf(answers: StageAnswers): ReportedRound['held_out'] {
  const found = Object.entries(measures).map(([name, measure]) => {
    const stages = Object.entries(answers).map(([stage, rows]) => [
      stage,
      mean([...taskMeans([rows], measure).values()]),
    ]);
    return [name, Object.fromEntries(stages)] as const;
  });
  return Object.fromEntries(found);
}

async function reportedRound({ round, answers }: RoundResult): Promise<ReportedRound> {
  const { seed, formula, round_id, state, reason, gate } = round;
  const held_out = answers === null ? null : heldOutOf(answers);
  return { seed, formula, round_id, state, reason, gate, held_out, ...(await readFacts(round.dir)) };
}

interface Finished extends RoundResult {
  readonly answers: StageAnswers;
}

function finished(results: readonly RoundResult[], formula: string): Finished[] {
  return results.filter(
    (result): result is Finished => result.answers !== null && result.round.formula === formula,
  );
}

function pooledOf(results: readonly RoundResult[], formulas: readonly string[]): TrainingReport['pooled'] {
  const found = formulas.map((formula) => {
    const own = finished(results, formula);
    const stage = (name: keyof Stages): Answers[] => own.map(({ answers }) => answers[name]);
    const stages = { base: stage('base'), warm: stage('warm'), after: stage('after') };
    const seeds = own.map(({ round }) => round.seed);
    return [formula, { seeds, measures: compareStages(stages) }] as const;
  });
  return Object.fromEntries(found.filter(([, { seeds }]) => seeds.length > 0));
}

function sideBySide(
  results: readonly RoundResult[],
  [first, second]: readonly string[],
): TrainingReport['side_by_side'] {
  if (first === undefined || second === undefined) return null;
  const [ours, theirs] = [finished(results, second), finished(results, first)];
  const seeds = ours
    .map(({ round }) => round.seed)
    .filter((seed) => theirs.some(({ round }) => round.seed === seed));
  const of = (own: readonly Finished[]): Answers[] =>
    own.filter(({ round }) => seeds.includes(round.seed)).map(({ answers }) => answers.after);
  return { first, second, seeds, differences: compareFormulas(of(theirs), of(ours)) };
}

function cut(text: string): string {
  return text.length <= sampleCharacters ? text : `${text.slice(0, sampleCharacters)} …`;
}

/** The first row of each of the first tasks, as the rounds of the first finished seed of each formula answer it. */
function samplesOf(results: readonly RoundResult[], formulas: readonly string[]): Sample[] {
  return formulas.flatMap((formula) => {
    const [own] = finished(results, formula);
    if (own === undefined) return [];
    const firsts = [...Map.groupBy(own.answers.after, ({ task_id }) => task_id).values()].slice(
      0,
      sampleTasks,
    );
    return firsts.map(([row]) => {
      const { row_id } = row as AnsweredRow;
      const answers = Object.entries(own.answers).flatMap(([stage, rows]) => {
        const found = rows.find((one) => one.row_id === row_id);
        if (found === undefined) return [];
        return [{ stage, text: cut(found.text), rewards: found.rewards, hack: found.hack }];
      });
      return { formula, seed: own.round.seed, row_id, answers };
    });
  });
}

/** All that a round was told but its seed, formula and names. */
function settingsOf({ algo, lora, sft, warmup, evaluation, limits, reward }: RoundSpec): string {
  const { seed: _seed, ...training } = algo;
  const { seed: _other, ...asking } = evaluation;
  return JSON.stringify([training, lora, sft, warmup, asking, limits, reward.max_hack_share]);
}

const named = ['train', 'held_out', 'sft', 'oracles'] as const;

function dataOf(results: readonly RoundResult[]): TrainingReport['data'] {
  const [{ spec, answers }] = results as [RoundResult];
  const hashes = results.map((result) => named.map((name) => result.spec.data[name].sha256).join());
  const { train, held_out, sft, oracles } = spec.data;
  return {
    rows: { train: train.rows, held_out: held_out.rows, sft: sft.rows },
    sha256: {
      train: train.sha256,
      held_out: held_out.sha256,
      sft: sft.sha256,
      oracles: oracles.sha256,
    },
    same_for_all: new Set(hashes).size === 1,
    held_out_asked: answers?.base.length ?? 0,
    held_out_tasks: new Set(answers?.base.map(({ task_id }) => task_id)).size,
  };
}

/** Asks what is still to be asked, and puts the report together. */
export async function assemble(
  asker: Asker,
  rounds: readonly ShownRound[],
  { model, ...given }: Given,
): Promise<TrainingReport> {
  const results: RoundResult[] = [];
  for (const round of rounds) results.push(await resultOf(asker, round, model));
  const formulas = [...new Set(rounds.map(({ formula }) => formula))];
  const [{ spec }] = results as [RoundResult];
  const { algo, lora, sft, warmup, evaluation } = spec;
  return {
    ...given,
    base: { name: spec.model.base.name, tree_sha256: spec.model.base.tree_sha256 },
    data: dataOf(
      results.toSorted((one, other) => Number(one.answers === null) - Number(other.answers === null)),
    ),
    settings: { algo, lora, sft, warmup, evaluation },
    same_settings: new Set(results.map((result) => settingsOf(result.spec))).size === 1,
    rounds: await Promise.all(results.map(reportedRound)),
    pooled: pooledOf(results, formulas),
    side_by_side: sideBySide(results, formulas),
    samples: samplesOf(results, formulas),
  };
}

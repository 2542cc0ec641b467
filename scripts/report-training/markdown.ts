import type { Interval } from '../../src/evaluate/bootstrap.ts';
import { type Finding, findingOf } from './compare.ts';
import type { ReportedRound, Sample, TrainingReport } from './report.ts';

type Cell = string | number | null;

function table(heads: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]): string => `| ${cells.map((cell) => cell ?? '–').join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

function fixed(value: number | null | undefined, digits = 2): string | null {
  return value === null || value === undefined ? null : value.toFixed(digits);
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}

function level(interval: Interval | null): string | null {
  if (interval === null) return null;
  return `${interval.estimate.toFixed(2)} (${interval.lower.toFixed(2)} to ${interval.upper.toFixed(2)})`;
}

function difference(interval: Interval | null): string | null {
  if (interval === null) return null;
  return `${signed(interval.estimate)} (${signed(interval.lower)} to ${signed(interval.upper)})`;
}

const words: Readonly<Record<Finding, string>> = {
  rose: 'higher: the interval excludes 0',
  fell: 'lower: the interval excludes 0',
  'not shown': 'no difference shown: the interval holds 0',
  'no figure': 'no figure',
};

function setUp(report: TrainingReport): string {
  const { base, data, settings, machine, packages, command, date } = report;
  const { algo, lora, sft, warmup } = settings;
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return `Made on ${date} by \`${command}\` on ${machine['cores']} cores (${machine['cpu']}, ${machine['memory_gib']} GiB), ${versions.join(', ')}.

Every round begins with ${base.name}, over the same snapshot: ${data.rows.train} single hunks to train on and ${data.rows.held_out} held out, later ones; ${data.held_out_asked} of these, of ${data.held_out_tasks} tasks, have a prompt short enough. ${data.same_for_all ? 'Its files are the same bytes in all rounds.' : '**The files of the rounds are not all the same bytes.**'}
${warmup === null ? 'There is no warm-up.' : `A supervised warm-up of ${warmup.sft_steps} steps (${sft.batch_size} rows each, learning rate ${sft.lr}) where fewer than ${warmup.min_format_rate * 100} % of its answers have the form;`}
then GRPO: ${algo.max_steps} steps of ${algo.prompts_per_step} × ${algo.group_size} answers of at most ${algo.max_completion_tokens} tokens, learning rate ${algo.lr}, LoRA of rank ${lora.r}.${report.same_settings ? '' : '\n**These settings are those of the first round; not all rounds had the same.**'}
This shows that the loop works on a tiny model in minutes, and no more: nobody would use what comes out.`;
}

function stagesOf(report: TrainingReport): string {
  const parts = Object.entries(report.pooled).map(([formula, { seeds, measures }]) => {
    const rows = Object.entries(measures).map(([name, found]) => [
      name,
      level(found.base),
      level(found.warm),
      level(found.after),
      difference(found.after_less_warm),
      words[findingOf(found.after_less_warm)],
    ]);
    const heads = ['measure', 'base', 'after warm-up', 'after GRPO', 'GRPO alone', 'which is'];
    return `### Trained with ${formula}, ${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}\n\n${table(heads, rows)}`;
  });
  return parts.join('\n\n');
}

function sideBySide({ side_by_side, pooled }: TrainingReport): string {
  if (side_by_side === null) return '';
  const { first, second, seeds, differences } = side_by_side;
  if (seeds.length === 0) return 'No seed has a finished round of both formulas.';
  const rows = Object.entries(differences).map(([name, found]) => [
    name,
    level(pooled[first]?.measures[name]?.after ?? null),
    level(pooled[second]?.measures[name]?.after ?? null),
    difference(found),
    words[findingOf(found)],
  ]);
  const heads = ['measure, after GRPO', first, second, `${second} less ${first}`, 'which is'];
  return `${table(heads, rows)}\n\nThe difference is over the seeds that both have: ${seeds.join(', ')}.`;
}

function outcome({ state, reason, gate }: ReportedRound): string {
  if (gate !== null) return `${state}, gate: ${gate.decision}`;
  return `${state}: ${reason ?? 'no reason'}`;
}

function roundsOf({ rounds }: TrainingReport): string {
  const minutes = (seconds: number | undefined): string | null => fixed((seconds ?? 0) / 60, 1);
  const after = (round: ReportedRound, name: string): string | null => {
    const found = round.held_out?.[name];
    if (found === undefined) return null;
    return [found['base'], found['warm'], found['after']].map((value) => fixed(value) ?? '–').join(' → ');
  };
  const rows = rounds.map((round) => [
    round.formula,
    round.seed,
    after(round, 'format rate'),
    after(round, 'reward, paper/1'),
    after(round, 'reward, mendloop/1'),
    after(round, 'hack share'),
    minutes(round.seconds),
    minutes(round.phases['train']),
    outcome(round),
  ]);
  const heads = [
    'formula',
    'seed',
    'format rate',
    'paper/1',
    'mendloop/1',
    'hack share',
    'minutes',
    'of them GRPO',
    'outcome',
  ];
  return table(heads, rows);
}

function curvesOf({ rounds }: TrainingReport): string {
  const longest = Math.max(0, ...rounds.flatMap(({ curve }) => curve.map(({ step }) => step)));
  const steps = Array.from({ length: longest }, (_, at) => at + 1);
  const one = (title: string, value: (step: ReportedRound['curve'][number]) => number | null): string => {
    const rows = rounds.map(({ formula, seed, curve }) => [
      formula,
      seed,
      ...steps.map((step) => {
        const found = curve.find((point) => point.step === step);
        return found === undefined ? null : fixed(value(found));
      }),
    ]);
    return `${title}\n\n${table(['formula', 'seed', ...steps.map(String)], rows)}`;
  };
  return [
    one('Mean reward of a step, under the formula of its round:', ({ reward_mean }) => reward_mean),
    one('Format rate of a step:', ({ format_error_rate }) =>
      format_error_rate === null ? null : 1 - format_error_rate,
    ),
    one('Hack share of a step:', ({ hack_share }) => hack_share),
    one('Entropy of a step:', ({ entropy }) => entropy),
  ].join('\n\n');
}

/** A fence longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

function sampleOf({ formula, seed, row_id, answers }: Sample): string {
  const shown = answers.map(({ stage, text, rewards, hack }) => {
    const figures = Object.entries(rewards).map(([name, value]) => `${name} ${fixed(value) ?? '–'}`);
    return `${stage} (${figures.join(', ')}${hack === null ? '' : `, hack: ${hack}`}):\n\n${fenced(text)}`;
  });
  return `### ${row_id}, trained with ${formula}, seed ${seed}\n\n${shown.join('\n\n')}`;
}

/** The report for people. Every sentence on a result comes from its interval. */
export function writeMarkdown(report: TrainingReport): string {
  return `# GRPO on a tiny model, by seed and formula

${setUp(report)}

## Before and after, held out

Each model's likeliest answer to every held-out row; a task counts once, whatever its rows and seeds. In brackets: 95 % intervals of a paired bootstrap
over the tasks. They say how other tasks would have come out, not other seeds, which the table of rounds shows one by one.
The warm-up teaches the form; what GRPO adds to it is "GRPO alone".

${stagesOf(report)}

## The two formulas side by side

${sideBySide(report)}

## Rounds

Base → after warm-up → after GRPO, means over all held-out tasks. The gate asked fewer rows, as its round's specification says, and each round against the base model.

${roundsOf(report)}

## Training

${curvesOf(report)}

## Answers to read

Held-out rows, not chosen by their outcome: the first ones of the snapshot. Long answers are cut.

${report.samples.map(sampleOf).join('\n\n')}
`;
}

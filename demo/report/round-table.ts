import type { GateEvidence } from '../../src/evaluate/gate.ts';
import type { NightDifference } from '../../src/evaluate/night.ts';
import { columns } from './columns.ts';
import type { SummaryRound } from './summary-round.ts';

type Write = (value: number) => string;

const plain: Write = (value) => value.toFixed(3);
const percent: Write = (value) => `${(value * 100).toFixed(0)} %`;

function figure(value: number | null | undefined, write: Write): string {
  return value === null || value === undefined ? '–' : write(value);
}

function change(difference: NightDifference | null | undefined, write: Write): string {
  if (difference === null || difference === undefined) return '–';
  const { estimate, lower, upper } = difference;
  const signed = (value: number): string => `${value > 0 ? '+' : ''}${write(value)}`;
  return `${signed(estimate)} (${signed(lower)} to ${signed(upper)})`;
}

/** A share that rises where the other falls. */
function inverse(difference: NightDifference | null): NightDifference | null {
  if (difference === null) return null;
  const { estimate, lower, upper } = difference;
  return { ...difference, estimate: 0 - estimate, lower: 0 - upper, upper: 0 - lower };
}

function rest(share: number | null): number | null {
  return share === null ? null : 1 - share;
}

function evidenceRows({ incumbent, candidate, tonight }: GateEvidence): string[][] {
  const rewards = Object.entries(tonight.formulas).map(([formula, difference]) => [
    `reward ${formula}`,
    figure(incumbent.rewards[formula]?.mean, plain),
    figure(candidate.rewards[formula]?.mean, plain),
    change(difference, plain),
  ]);
  return [
    [
      'format rate',
      figure(rest(incumbent.format_error_rate), percent),
      figure(rest(candidate.format_error_rate), percent),
      change(inverse(tonight.format_errors), percent),
    ],
    ...rewards,
    [
      'hack share',
      figure(incumbent.hack_share, percent),
      figure(candidate.hack_share, percent),
      change(tonight.hacks, percent),
    ],
  ];
}

function trainingLine({ training }: SummaryRound): string[] {
  const rewards = training.map(({ reward_mean }) => figure(reward_mean, (value) => value.toFixed(2)));
  return rewards.length === 0 ? [] : [`reward of each step: ${rewards.join(' ')}`];
}

/** A round for a person: what became of it, before and after on held-out hunks, and why the gate decided so. */
export function roundTable(round: SummaryRound): string {
  const { round_id, engine, formula, cluster, state, reason, message, steps, seconds, gate } = round;
  const head = `round ${round_id}: ${engine}, ${formula}, cluster ${cluster}, ${steps} steps in ${(seconds / 60).toFixed(1)} min`;
  if (gate === null) return `${head}\n${state}: ${[reason, message].filter(Boolean).join(': ')}`;
  const { evidence, decision, reasons } = gate;
  const tasks = `${evidence.candidate.tasks} held-out tasks`;
  return [
    head,
    ...trainingLine(round),
    columns([[tasks, 'before', 'after', 'change (95 %)'], ...evidenceRows(evidence)]),
    `gate: ${decision}; the candidate was ${state}`,
    ...reasons.map((text) => `  ${text}`),
  ].join('\n');
}

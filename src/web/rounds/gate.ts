import { html } from 'hono/html';
import { z } from 'zod';
import type { GateDecision } from '../../domain/round.ts';
import { type Markup, nothing } from '../page/markup.ts';
import { type Column, table } from '../page/table.ts';
import { badge, count, missing } from '../page/values.ts';

const difference = z.object({
  estimate: z.number(),
  lower: z.number(),
  upper: z.number(),
  tasks: z.number(),
});
const model = z.object({
  answers: z.number(),
  format_error_rate: z.number().nullable(),
  hack_share: z.number().nullable(),
  rewards: z.record(z.string(), z.object({ mean: z.number().nullable() })),
});
/** What is shown of a verdict, as it was stored with the round. */
const verdict = z.object({
  decision: z.enum(['promote', 'keep', 'accumulate', 'refuse']),
  reasons: z.array(z.string()),
  evidence: z.object({
    measure: z.string(),
    training_formula: z.string(),
    look: z.number(),
    level: z.number(),
    tonight: z.object({
      formulas: z.record(z.string(), difference.nullable()),
      format_errors: difference.nullable(),
      hacks: difference.nullable(),
    }),
    sequential: z.object({ estimate: z.number(), lower: z.number(), tasks: z.number() }).nullable(),
    missing_share: z.number(),
    candidate: model,
    incumbent: model,
  }),
});
type Verdict = z.infer<typeof verdict>;
type Evidence = Verdict['evidence'];

const decisionTexts: Record<GateDecision, string> = {
  promote: 'The candidate is better than the incumbent, and takes its place.',
  keep: 'The incumbent stays.',
  accumulate: 'Not decided yet: tonight’s answers count together with those of the nights to come.',
  refuse: 'The candidate is refused for good.',
};

type Write = (value: number) => string;

interface EvidenceRow {
  readonly label: Markup;
  readonly write: Write;
  readonly candidate: number | null;
  readonly incumbent: number | null;
  readonly difference: z.infer<typeof difference> | null;
}

const plain: Write = (value) => value.toFixed(3);
const percent: Write = (value) => `${(value * 100).toFixed(1)} %`;

function signed(write: Write): Write {
  return (value) => `${value > 0 ? '+' : ''}${write(value).replace('-', '−')}`;
}

function rewardRows({ tonight, candidate, incumbent, training_formula }: Evidence): EvidenceRow[] {
  return Object.entries(tonight.formulas).map(([formula, found]) => ({
    label: html`Reward
      <code>${formula}</code> ${formula === training_formula ? badge('trained on') : nothing}`,
    write: plain,
    candidate: candidate.rewards[formula]?.mean ?? null,
    incumbent: incumbent.rewards[formula]?.mean ?? null,
    difference: found,
  }));
}

function rowsOf(evidence: Evidence): EvidenceRow[] {
  const { tonight, candidate, incumbent } = evidence;
  return [
    ...rewardRows(evidence),
    {
      label: html`Format errors`,
      write: percent,
      candidate: candidate.format_error_rate,
      incumbent: incumbent.format_error_rate,
      difference: tonight.format_errors,
    },
    {
      label: html`Hack share`,
      write: percent,
      candidate: candidate.hack_share,
      incumbent: incumbent.hack_share,
      difference: tonight.hacks,
    },
  ];
}

function figure(value: number | null | undefined, write: Write): unknown {
  return value === null || value === undefined ? missing() : write(value);
}

const columns: Column<EvidenceRow>[] = [
  { label: 'Measure', heads: true, cell: ({ label }) => label },
  { label: 'Candidate', numeric: true, cell: ({ candidate, write }) => figure(candidate, write) },
  { label: 'Incumbent', numeric: true, cell: ({ incumbent, write }) => figure(incumbent, write) },
  {
    label: 'Difference',
    numeric: true,
    cell: ({ difference: found, write }) => figure(found?.estimate, signed(write)),
  },
  {
    label: '95 % interval',
    numeric: true,
    cell: ({ difference: found, write }) =>
      found === null ? missing() : `${signed(write)(found.lower)} to ${signed(write)(found.upper)}`,
  },
  {
    label: 'Tasks',
    numeric: true,
    cell: ({ difference: found }) => (found === null ? missing() : count(found.tasks)),
  },
];

function together({ sequential, measure, look, level }: Evidence): Markup {
  if (sequential === null) return html`<p class="why">Too few tasks to say anything of an improvement.</p>`;
  const { estimate, lower, tasks } = sequential;
  return html`<p>
    ${look === 1 ? 'Tonight' : `All ${count(look)} nights against this incumbent together`}:
    <strong>${signed(plain)(estimate)}</strong> in <code>${measure}</code> over ${count(tasks)} tasks, at
    least <strong>${signed(plain)(lower)}</strong> but for a chance of ${(level * 100).toPrecision(2)} %.
  </p>`;
}

function reasonItem(reason: string): Markup {
  const [code = '', ...sentence] = reason.split(': ');
  return html`<li>
    ${sentence.length === 0 ? nothing : sentence.join(': ')} <span class="why"><code>${code}</code></span>
  </li>`;
}

/** What the gate decided, why, and from which figures. */
export function gateView(gate: Readonly<Record<string, unknown>> | null): Markup {
  if (gate === null) return html`<p class="empty">The gate has not decided.</p>`;
  const read = verdict.safeParse(gate);
  if (!read.success)
    return html`<p class="empty">The decision was stored by another version of Mendloop.</p>`;
  const { decision, reasons, evidence } = read.data;
  return html`<p>${badge(decision)} ${decisionTexts[decision]}</p>
    <ul>
      ${reasons.map(reasonItem)}
    </ul>
    ${together(evidence)}
    ${table({ caption: 'Answers to held-out tasks', columns, rows: rowsOf(evidence), empty: 'Nothing was compared.' })}
    <p class="why">
      ${count(evidence.candidate.answers)} answers of the candidate, ${count(evidence.incumbent.answers)} of
      the incumbent; ${percent(evidence.missing_share)} of the rows lack a scored answer.
    </p>`;
}

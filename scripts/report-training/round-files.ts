import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

const event = z.looseObject({ type: z.string(), ts: z.string() });
type RoundEvent = z.infer<typeof event>;
const figure = z.number().nullable();
const stepEvent = z.object({
  step: z.number(),
  metrics: z.object({
    reward_mean: figure,
    format_error_rate: figure,
    hack_share: figure,
    entropy: figure,
    completion_len_mean: figure,
    step_s: figure,
  }),
});
const evalEvent = z.object({ step: z.number(), metrics: z.object({ format_rate: z.number() }) });

export type CurveStep = { readonly step: number } & z.infer<typeof stepEvent>['metrics'];

export interface RoundFacts {
  /** Steps of GRPO. */
  readonly curve: readonly CurveStep[];
  /** Format rate on a few training rows before and after the supervised warm-up; null: there was none. */
  readonly warmup: { readonly before: number; readonly after: number } | null;
  /** From the first to the last event of each attempt, and by phase. */
  readonly seconds: number;
  readonly phases: Readonly<Record<string, number>>;
  readonly attempts: number;
}

async function eventsOf(attempt: string): Promise<RoundEvent[]> {
  const text = await readFile(path.join(attempt, 'events.jsonl'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => event.parse(JSON.parse(line)));
}

function curveOf(events: readonly RoundEvent[]): CurveStep[] {
  const steps = new Map<number, CurveStep>();
  for (const one of events) {
    if (one.type !== 'step') continue;
    const { step, metrics } = stepEvent.parse(one);
    // Steps of the warm-up have no reward; one that a later attempt took again counts once.
    if (metrics.reward_mean !== null) steps.set(step, { step, ...metrics });
  }
  return [...steps.values()].toSorted((one, other) => one.step - other.step);
}

function warmupOf(events: readonly RoundEvent[]): RoundFacts['warmup'] {
  const rates = events
    .filter(({ type }) => type === 'eval')
    .map((one) => evalEvent.safeParse(one).data)
    .filter((one) => one !== undefined);
  const before = rates.find(({ step }) => step === 0);
  const after = rates.find(({ step }) => step > 0);
  if (before === undefined || after === undefined) return null;
  return { before: before.metrics.format_rate, after: after.metrics.format_rate };
}

function secondsBetween(from: RoundEvent, to: RoundEvent): number {
  return (Date.parse(to.ts) - Date.parse(from.ts)) / 1000;
}

/** A phase lasts until the next one begins; loading belongs to what it is for. */
function addPhases(phases: Map<string, number>, events: readonly RoundEvent[]): void {
  const marks = events.filter(({ type, name }) => type === 'end' || (type === 'phase' && name !== 'load'));
  for (const [at, mark] of marks.entries()) {
    const next = marks[at + 1];
    const name = String(mark['name']);
    if (next !== undefined) phases.set(name, (phases.get(name) ?? 0) + secondsBetween(mark, next));
  }
}

/** What the driver told of a round. */
export async function readFacts(directory: string): Promise<RoundFacts> {
  const names = (await readdir(path.join(directory, 'attempts'))).toSorted();
  const attempts = await Promise.all(names.map((name) => eventsOf(path.join(directory, 'attempts', name))));
  const phases = new Map<string, number>();
  let seconds = 0;
  for (const events of attempts) {
    const [first, last] = [events[0], events.at(-1)];
    if (first !== undefined && last !== undefined) seconds += secondsBetween(first, last);
    addPhases(phases, events);
  }
  const all = attempts.flat();
  return {
    curve: curveOf(all),
    warmup: warmupOf(all),
    seconds: Math.round(seconds),
    phases: Object.fromEntries([...phases].map(([name, spent]) => [name, Math.round(spent)])),
    attempts: attempts.length,
  };
}

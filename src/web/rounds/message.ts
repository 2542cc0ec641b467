import type { RoundPulse, RoundEvent } from '../../queries/round-progress.ts';

/** What of each kind of event leaves the server; paths of the trainer's machine and texts of its warnings do not. */
const shownFields: Readonly<Record<string, readonly string[]>> = {
  phase: ['name'],
  step: ['step', 'total', 'metrics'],
  eval: ['step', 'metrics'],
  checkpoint: ['step'],
  reward_stats: ['n', 'errors', 'p50_ms', 'p95_ms'],
  sample: ['step', 'reward', 'hack'],
  warning: ['code'],
  artifact: ['sha256', 'bytes'],
  end: ['exit_code', 'reason'],
};
const answerFields = ['row_id', 'text'];

/** An event as server-sent event; null for a kind that is not told. `mayRead`: also the model's answer. */
export function eventMessage(event: RoundEvent, mayRead: boolean) {
  const { type, attempt, seq, at, body } = event;
  const fields = Object.hasOwn(shownFields, type) ? shownFields[type] : undefined;
  if (fields === undefined) return null;
  const shown = type === 'sample' && mayRead ? [...fields, ...answerFields] : fields;
  const data = Object.fromEntries(shown.map((name) => [name, body[name] ?? null]));
  return { event: type, id: `${attempt}-${seq}`, data: JSON.stringify({ attempt, at, ...data }) };
}

export function stateMessage(pulse: RoundPulse) {
  return { event: 'state', data: JSON.stringify(pulse) };
}

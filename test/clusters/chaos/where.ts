import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { outputFolder } from '../../../src/cluster/job/round-paths.ts';
import type { RoundState } from '../../../src/domain/round.ts';
import type { Kind } from '../product/kind.ts';

/** How far a round has come. */
export interface Where {
  /** From 0 to 1. */
  readonly progress: number;
  readonly words: string;
}

export interface RoundPlace {
  readonly kind: Kind;
  readonly round_id: string;
  /** Its directory. */
  readonly directory: string;
  /** Holds the folders of local jobs. */
  readonly jobs: string;
}

const ofState: Partial<Record<RoundState, number>> = {
  planned: 0,
  snapshotting: 0.05,
  submitting: 0.1,
  running: 0.15,
  finalising: 0.9,
  evaluating: 0.95,
};
const ofPhase: Readonly<Record<string, number>> = {
  validate: 0.2,
  prepare: 0.25,
  warmup: 0.35,
  train: 0.45,
  export: 0.7,
  evaluate: 0.75,
  verify: 0.8,
  done: 0.88,
};
const trainShare = 0.25;

interface SeenEvent {
  readonly type: string;
  readonly name?: string;
  readonly step?: number;
  readonly total?: number;
}

async function readEvents({ directory }: RoundPlace, attempt: number): Promise<SeenEvent[]> {
  const file = path.join(directory, 'attempts', String(attempt).padStart(4, '0'), 'events.jsonl');
  const text = await readFile(file, 'utf8').catch(() => '');
  // The last line may be half there.
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as SeenEvent);
}

export async function whereIs(place: RoundPlace, state: RoundState, attempt: number): Promise<Where> {
  const at = ofState[state];
  if (at === undefined) return { progress: 1, words: state };
  if (state !== 'running') return { progress: at, words: attempt > 1 ? `${state} again` : state };
  const events = await readEvents(place, attempt);
  const begun = events.findLastIndex(({ type }) => type === 'phase');
  const phase = events[begun]?.name;
  if (phase === undefined) return { progress: at, words: 'a driver that has not begun' };
  const step = phase === 'train' ? events.slice(begun).findLast(({ type }) => type === 'step') : undefined;
  const share = step?.step === undefined || step.total === undefined ? 0 : step.step / step.total;
  const words = phase === 'train' ? `train, step ${step?.step ?? 0}` : phase;
  return { progress: (ofPhase[phase] ?? at) + share * trainShare, words: `${words} (attempt ${attempt})` };
}

/** The app is just handing the first attempt over: its files are there before the scheduler's answer is. */
export function isHandedOver({ kind, directory, jobs, round_id }: RoundPlace): boolean {
  return kind === 'local'
    ? existsSync(path.join(jobs, `mendloop-${round_id}-a1`, 'claimed'))
    : existsSync(path.join(directory, outputFolder(1)));
}

import { parentPort, workerData } from 'node:worker_threads';
import { randomFrom } from '../../src/domain/random.ts';
import { type Answer, answersTo } from './check-answer.ts';
import { type FuzzRow, fuzzRow } from './rows.ts';

/** Rows first, first + step, … below end. The number of the row in work is kept in `progress[slot]`. */
export interface Share {
  readonly seed: string;
  readonly first: number;
  readonly step: number;
  readonly end: number;
  readonly progress: Int32Array;
  readonly slot: number;
}

export interface Fault {
  readonly index: number;
  readonly family: string;
  readonly formula: string;
  readonly what: string;
}

export interface ShareResult {
  /** Rows by family, then answers by outcome. */
  readonly families: Readonly<Record<string, number>>;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly faults: readonly Fault[];
}

/** Rows are answered a second time in the opposite order, a group at a time: no answer may depend on those before. */
const groupSize = 64;
const mostFaults = 20;

function runShare({ seed, first, step, end, progress, slot }: Share): ShareResult {
  const families: Record<string, number> = {};
  const outcomes: Record<string, number> = {};
  const faults: Fault[] = [];
  for (let from = first; from < end && faults.length < mostFaults; from += step * groupSize) {
    const group = rowsFrom(seed, from, step, end);
    const answers = group.map(({ index, fuzz }) => {
      Atomics.store(progress, slot, index);
      return answersTo(fuzz);
    });
    for (const [at, { index, fuzz }] of [...group.entries()].reverse()) {
      Atomics.store(progress, slot, index);
      count(families, fuzz.family);
      for (const answer of answers[at] as Answer[]) count(outcomes, `${answer.formula} ${answer.outcome}`);
      for (const fault of faultsOf(fuzz, answers[at] as Answer[])) faults.push({ index, ...fault });
    }
  }
  return { families, outcomes, faults };
}

function rowsFrom(seed: string, from: number, step: number, end: number): { index: number; fuzz: FuzzRow }[] {
  const rows: { index: number; fuzz: FuzzRow }[] = [];
  for (let index = from; index < Math.min(end, from + step * groupSize); index += step) {
    rows.push({ index, fuzz: fuzzRow(randomFrom(`${seed} ${index}`), index) });
  }
  return rows;
}

function faultsOf(fuzz: FuzzRow, answers: readonly Answer[]): Omit<Fault, 'index'>[] {
  const again = answersTo(fuzz);
  return answers.flatMap(({ formula, text, faults }, at) => {
    const all = again[at]?.text === text ? faults : [...faults, 'another answer the second time'];
    return all.map((what) => ({ family: fuzz.family, formula, what }));
  });
}

function count(into: Record<string, number>, name: string): void {
  into[name] = (into[name] ?? 0) + 1;
}

parentPort?.postMessage(runShare(workerData as Share));

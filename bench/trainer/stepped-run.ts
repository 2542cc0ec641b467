import type { ChildProcess } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { busySeconds, CpuMeter, type CpuSeconds, roles } from './processes.ts';

/** One step, from where the run was let go on to its end. */
export interface StepCost {
  readonly seconds: number;
  readonly cpu: CpuSeconds;
  /** Of all programs of the machine, on all its cores. */
  readonly busySeconds: number;
}

interface Watched {
  readonly child: ChildProcess;
  /** Whatever else works for it and was started before. */
  readonly others: readonly number[];
  /** A file that grows by a line a step, and which of its lines those are. */
  readonly file: string;
  readonly isStep: RegExp;
}

const everyMs = 5;
const cpuEveryMs = 200;

/**
 * A training that stands still between its steps, all its processes together, so that two of them can take turns. Both kinds are
 * watched from outside in this same way.
 */
export class SteppedRun {
  readonly #watched: Watched;
  readonly #meter: CpuMeter;
  #steps = 0;
  #lookedAt = 0;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#meter = new CpuMeter([watched.child.pid as number, ...watched.others]);
  }

  /** Goes on to the end of the next step, and stands still there. */
  async step(): Promise<StepCost> {
    const before = this.#meter.look();
    const [start, busy] = [performance.now(), busySeconds()];
    this.#signal('SIGCONT');
    while (this.#count() <= this.#steps) {
      this.#assertRuns();
      this.#lookNowAndThen();
      await sleep(everyMs);
    }
    const seconds = (performance.now() - start) / 1000;
    this.#signal('SIGSTOP');
    this.#steps += 1;
    if (this.#count() > this.#steps) throw new Error('a step ended unseen');
    const after = this.#meter.look();
    const cpu = Object.fromEntries(
      roles.map((role) => [role, after[role] - before[role]]),
    ) as CpuSeconds & {};
    return { seconds, cpu, busySeconds: busySeconds() - busy };
  }

  /** Goes on to the end, and gives the CPU time of the whole. Throws where it fails. */
  async finish(): Promise<CpuSeconds> {
    const { child } = this.#watched;
    this.#signal('SIGCONT');
    while (child.exitCode === null && child.signalCode === null) {
      this.#lookNowAndThen();
      await sleep(everyMs);
    }
    if (child.exitCode !== 0) throw new Error(`a run ended with ${child.exitCode ?? child.signalCode}`);
    return this.#meter.look();
  }

  /** Ends what still runs, all of it, standing still or not. */
  kill(): void {
    const { exitCode, signalCode } = this.#watched.child;
    // The number of one that has ended may be another program's by now.
    if (exitCode === null && signalCode === null) this.#signal('SIGKILL');
  }

  #assertRuns(): void {
    const { exitCode, signalCode } = this.#watched.child;
    if (exitCode !== null || signalCode !== null) {
      throw new Error(`a run ended with ${exitCode ?? signalCode} after ${this.#steps} steps`);
    }
  }

  #lookNowAndThen(): void {
    if (performance.now() - this.#lookedAt < cpuEveryMs) return;
    this.#meter.look();
    this.#lookedAt = performance.now();
  }

  #size = 0;
  #counted = 0;

  #count(): number {
    const { file, isStep } = this.#watched;
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size === this.#size) return this.#counted;
    this.#size = size;
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    this.#counted = lines.filter((line) => isStep.test(line)).length;
    return this.#counted;
  }

  #signal(name: 'SIGCONT' | 'SIGSTOP' | 'SIGKILL'): void {
    for (const pid of this.#meter.running()) {
      try {
        process.kill(pid, name);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  }
}

import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Cancellation } from '../domain/cancellation.ts';
import { isMendloopError, MendloopError } from '../domain/errors.ts';
import { scoreAnswer } from './score-answer.ts';
import { scoreBlock } from './score-block.ts';
import type { Order, Reply, ScoringTask, ThreadData } from './task.ts';

/** Runs the orders of the pool that started this thread, one after the other, until the pool ends the thread. Throws `usage` outside of a thread. */
export function serveAsThread(): void {
  if (parentPort === null) throw new MendloopError('usage', 'this is a thread of the scoring pool');
  const port: MessagePort = parentPort;
  const { formula, stop } = workerData as ThreadData;
  const answer = (reply: Reply): void => port.postMessage(reply);
  port.on('message', (order: Order) => answer(perform(order, formula, stop)));
  answer({ state: 'ready' });
}

function perform({ number, task }: Order, formula: string, stop: ThreadData['stop']): Reply {
  const started = performance.now();
  try {
    const result = score(task, formula, cancellationOf(number, stop));
    return { state: 'done', number, result, ms: performance.now() - started };
  } catch (error) {
    const wasStopped = isMendloopError(error) && error.code === 'cancelled';
    return { state: wasStopped ? 'stopped' : 'failed', number };
  }
}

/** Compares with the order's own number: a stop of an earlier order may arrive late. */
function cancellationOf(number: number, stop: ThreadData['stop']): Cancellation {
  return {
    get aborted() {
      return Atomics.load(stop, 0) === number;
    },
  };
}

function score(task: ScoringTask, formula: string, cancellation: Cancellation): unknown {
  switch (task.kind) {
    case 'block':
      return scoreBlock(task.block, formula, cancellation);
    case 'answer':
      return scoreAnswer(task.oracle, task.text, formula, cancellation);
  }
}

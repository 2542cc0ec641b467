import { parentPort } from 'node:worker_threads';
import type { Order } from '../../src/scoring/task.ts';
import { serveAsThread } from '../../src/scoring/thread.ts';

// A thread as ours that obeys two texts besides: `die` ends it, `hang` never answers and heeds nothing.
parentPort?.on('message', ({ task }: Order) => {
  const text = task.kind === 'answer' ? task.text : '';
  if (text === 'die') process.exit(1);
  if (text === 'hang') for (;;);
});

serveAsThread();

import { parentPort, workerData } from 'node:worker_threads';
import { MendloopError } from '../../domain/errors.ts';
import { scoreLines } from './score-lines.ts';

if (!parentPort) throw new MendloopError('usage', 'this file is a thread of `mendloop reward`');
const port = parentPort;
const { formula } = workerData as { formula: string };

port.on('message', (lines: readonly Uint8Array[]) => port.postMessage(scoreLines(lines, formula)));

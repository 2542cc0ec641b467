import { parentPort, workerData } from 'node:worker_threads';
import { MendloopError } from '../../domain/errors.ts';
import { scoreBlock } from './score-block.ts';

if (!parentPort) throw new MendloopError('usage', 'this file is a thread of `mendloop reward`');
const port = parentPort;
const { formula } = workerData as { formula: string };

port.on('message', (block: Uint8Array) => port.postMessage(scoreBlock(block, formula)));

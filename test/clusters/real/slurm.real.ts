import { afterAll, beforeAll, describe } from 'vitest';
import { clusterContract } from '../contract.ts';
import { fullRounds } from './full-round.ts';
import { type SlurmWorld, startSlurm } from './slurm-world.ts';

let world: SlurmWorld;
beforeAll(async () => {
  world = await startSlurm();
});
afterAll(() => world?.[Symbol.asyncDispose]());

describe('Slurm', () => {
  clusterContract(() => world, {
    stopped: { state: 'failed', exitCode: 30, reason: 'FAILED NonZeroExitCode' },
    forced: { state: 'cancelled' },
    killed: { state: 'failed', exitCode: 137 },
  });
  fullRounds(() => world);
});

import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { parseArgs } from 'node:util';
import { scoreRow } from '../src/reward/rows.ts';
import { buildRewardServer, rewardToken, startRewardServer } from '../test/support/reward-server.ts';
import { type Rollout, rolloutsOf, sizesOf } from './reward-step/rollouts.ts';
import { realPieces } from './reward/pieces.ts';

/** One training step: 32 prompts with 16 answers each. */
const rolloutsOfStep = 512;
/** Both cores of the machine that the limit is meant for. */
const workers = 2;
const formula = 'paper/1';

export interface StepMeasurement {
  readonly source: string;
  readonly rollouts: number;
  readonly medianCharacters: number;
  readonly p90Characters: number;
  /** The first step after the start, seconds. */
  readonly coldSeconds: number;
  /** Median and slowest of the steps after it, seconds from the first byte sent to the last one read. */
  readonly medianSeconds: number;
  readonly slowestSeconds: number;
  /** CPU time of the server for one step, the mean of the warm ones; over two cores it is the least that a step can take. */
  readonly cpuSeconds: number;
  /** Rewards that differ from those of `scoreRow` in this process, of all steps. */
  readonly mismatches: number;
}

/** Posts steps of 512 rollouts to the built server, in one request each, and compares every reward. */
export async function measureStep({ quick }: { readonly quick: boolean }): Promise<StepMeasurement> {
  const { source, pieces } = await realPieces();
  const rollouts = rolloutsOf(pieces, rolloutsOfStep);
  const expected = rollouts.map((rollout) => scoreRow(rollout, formula).reward);
  await using bundle = await buildRewardServer();
  const oracles = await bundle.write('oracles.jsonl', rollouts.map(oracleLine).join(''));
  const args = ['--oracles', oracles, '--formula', formula, '--workers', String(workers)];
  await using server = await startRewardServer(bundle, { args });
  const body = bodyOf(rollouts);
  const seconds: number[] = [];
  let mismatches = 0;
  let cpuAfterFirst = 0;
  for (let step = 0; step < (quick ? 4 : 11); step += 1) {
    const started = performance.now();
    const rewards = await post(server.port, body);
    seconds.push((performance.now() - started) / 1000);
    if (step === 0) cpuAfterFirst = cpuSeconds(server.pid);
    mismatches += expected.filter((reward, index) => reward !== rewards[index]).length;
  }
  const cpu = cpuSeconds(server.pid) - cpuAfterFirst;
  const [coldSeconds = 0, ...warm] = seconds;
  const inOrder = warm.toSorted((left, right) => left - right);
  const sizes = sizesOf(rollouts);
  return {
    source,
    rollouts: rolloutsOfStep,
    medianCharacters: sizes[sizes.length >> 1] as number,
    p90Characters: sizes[Math.floor(sizes.length * 0.9)] as number,
    coldSeconds,
    medianSeconds: inOrder[inOrder.length >> 1] as number,
    slowestSeconds: inOrder.at(-1) as number,
    cpuSeconds: cpu / warm.length,
    mismatches,
  };
}

/** User and system time of a process so far; Linux counts it in hundredths. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function oracleLine({ id, kind, oracle }: Rollout): string {
  return `${JSON.stringify({ id, kind, oracle })}\n`;
}

interface Answer {
  readonly scores: readonly { readonly score: number | null }[];
}

function bodyOf(rollouts: readonly Rollout[]): Buffer {
  const items = rollouts.map(({ id, pred: [text] }, index) => ({ k: String(index), id, text }));
  return Buffer.from(JSON.stringify({ items }));
}

/** The rewards in the order of the rollouts. */
function post(port: number, body: Buffer): Promise<(number | null)[]> {
  const headers = {
    authorization: `Bearer ${rewardToken}`,
    'content-type': 'application/json',
    'content-length': body.length,
  };
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path: '/v1/score', method: 'POST', headers },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}: ${text}`));
          else resolve((JSON.parse(text) as Answer).scores.map(({ score }) => score));
        });
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
  console.log(await measureStep(values));
}

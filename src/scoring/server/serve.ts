import { isMendloopError, MendloopError } from '../../domain/errors.ts';
import { ScoringPool } from '../pool/scoring-pool.ts';
import { checkGolden } from './golden.ts';
import { readOptions, type ServerOptions, usage } from './options.ts';
import { loadOracles } from './oracles.ts';
import { RewardServer } from './reward-server.ts';
import { warmUp } from './warm-up.ts';

/** The status of the driver for golden rewards that differ (docs/contracts/round.md#exit-codes). */
const goldenDiffers = 14;

/**
 * Runs the reward server as a program and returns its exit status; `module` is the module of its threads. The first line on
 * standard output, a JSON object, says that the server listens; log lines go to standard error and hold no id, text or token.
 */
export async function serve(argv: readonly string[], env: NodeJS.ProcessEnv, module: URL): Promise<number> {
  if (argv.includes('--help')) {
    process.stdout.write(usage);
    return 0;
  }
  try {
    return await serveWith(readOptions(argv, env), module);
  } catch (error) {
    return report(error);
  }
}

async function serveWith(options: ServerOptions, module: URL): Promise<number> {
  const oracles = await loadOracles(options.oracles);
  const pool = new ScoringPool({ threads: options.workers, formula: options.formula, module });
  try {
    await pool.ready;
    if (pool.threads === 0) throw new MendloopError('config_invalid', 'no worker thread can be started');
    if (!(await meetsGolden(options.golden, pool))) return goldenDiffers;
    await warmUp(pool);
    const server = new RewardServer(options, oracles, pool);
    const url = await server.listen();
    const { formula, workers } = options;
    const facts = { url, pid: process.pid, formula, workers, oracles: oracles.rows.size };
    process.stdout.write(`${JSON.stringify({ ...facts, oracles_sha256: oracles.sha256 })}\n`);
    await stopSignal();
    log('draining');
    await server.drain();
    log('stopped');
    return 0;
  } finally {
    await pool[Symbol.asyncDispose]();
  }
}

async function meetsGolden(file: string | null, pool: ScoringPool): Promise<boolean> {
  if (file === null) return true;
  const { rows, differing } = await checkGolden(file, pool);
  if (rows === 0) throw new MendloopError('input_invalid', 'the file of --golden has no row');
  if (differing.length === 0) return true;
  const lines = differing.slice(0, 10).join(', ');
  log(`golden_differs: ${differing.length} of ${rows} golden rewards differ, first in lines ${lines}`);
  return false;
}

/** Resolves at the first signal; the second signal ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let signals = 0;
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(name, () => {
        signals += 1;
        if (signals > 1) process.exit(1);
        resolve();
      });
    }
  });
}

function report(error: unknown): number {
  if (isMendloopError(error)) {
    log(`${error.code}: ${error.message}`);
    if (error.code === 'usage') process.stderr.write(`\n${usage}`);
    return error.exit;
  }
  log(`unexpected: ${error instanceof Error ? error.name : typeof error}`);
  return 1;
}

function log(message: string): void {
  process.stderr.write(`reward-server: ${message}\n`);
}

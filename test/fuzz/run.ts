import { parseArgs } from 'node:util';
import { measureGrowth } from './growth.ts';
import { runShares } from './shares.ts';

// Malformed model outputs, diffs and rows for every registered formula: a typed error or a score each, twice the same,
// and no family of inputs that takes more than linear time.
const { values: options } = parseArgs({
  options: { full: { type: 'boolean', default: false }, rows: { type: 'string' } },
});
/** Of ten rows, seven are model outputs. */
const outputs = options.full ? 1_000_000 : 20_000;
const rows = Number(options.rows ?? Math.ceil(outputs / 7) * 10);
const seed = process.env['MENDLOOP_TEST_SEED'] ?? 'fuzz';
const counts = { passed: 0, failed: 0 };

function check(isRight: boolean, text: string): void {
  counts[isRight ? 'passed' : 'failed'] += 1;
  console.log(`${isRight ? 'ok  ' : 'FAIL'} ${text}`);
}

async function fuzz(): Promise<void> {
  const started = performance.now();
  const { families, outcomes, faults } = await runShares(seed, rows);
  const seconds = (performance.now() - started) / 1000;
  console.log(`${rows} rows in ${seconds.toFixed(1)} s, seed ${seed}`);
  for (const [outcome, count] of Object.entries(outcomes).toSorted()) {
    console.log(`     ${outcome.padEnd(45)} ${count}`);
  }
  for (const [family, count] of Object.entries(families).toSorted()) {
    const wrong = faults.filter((fault) => fault.family === family);
    check(wrong.length === 0, `${family.padEnd(45)} ${count} rows`);
  }
  for (const { index, family, formula, what } of faults) {
    console.log(`     row ${index} ${family} ${formula}: ${what}`);
  }
  check(faults.length === 0, 'an error or a score for each row, twice the same, and no crash');
}

await fuzz();
await measureGrowth(({ family, formula, ms, isLinear }) => {
  const figures = ms.map((one) => one.toFixed(2).padStart(9)).join(' ');
  check(isLinear, `${`${formula} ${family}`.padEnd(52)} ${figures} ms at n, 2n, 4n`);
});
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed > 0 ? 1 : 0;

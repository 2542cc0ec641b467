import { parseArgs } from 'node:util';
import { printResult } from './machine.ts';
import { measureStep } from './reward-step.ts';
import { measureLineDiffs } from './reward/line-diffs.ts';
import { sizeClasses } from './reward/pairs.ts';
import { realPieces } from './reward/pieces.ts';
import { createReport } from './reward/report.ts';
import { compareShapes, measureShapes } from './reward/shapes.ts';
import { compareSimilarity } from './reward/similarity.ts';

// The similarity against CPython's difflib and cydifflib on pairs of real diffs, its growth and memory on shapes that
// break matchers, diffs of long files, and a training step of 512 rollouts through the reward server.
// `--only similarity|shapes|lines|step` runs one part.
const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string', multiple: true } },
});
/** Characters; CPython needs minutes for what is larger. */
const quickLimit = 8000;

const report = createReport();

const parts: Readonly<Record<string, () => Promise<void>>> = {
  similarity: async () => {
    const { source, pieces } = await realPieces();
    report.line(`${pieces.length} pairs of patches of one file from ${source}`);
    const classes = sizeClasses.filter(({ limit }) => !options.quick || limit <= quickLimit);
    await compareSimilarity(report, pieces, classes);
  },
  shapes: async () => {
    await compareShapes(report, (await realPieces()).pieces);
    await measureShapes(report);
  },
  lines: () => measureLineDiffs(report),
  step: async () => {
    const step = await measureStep(options);
    const { source, rollouts, medianCharacters, medianSeconds, slowestSeconds, mismatches } = step;
    report.line(
      `one step of ${rollouts} rollouts from ${source}, median ${medianCharacters} characters, over HTTP: ` +
        `median ${medianSeconds.toFixed(3)} s, slowest ${slowestSeconds.toFixed(3)} s, ${mismatches} mismatches`,
    );
    report.figure('step_cold_s', step.coldSeconds);
    report.figure('step_median_characters', medianCharacters);
    report.atMost('step_s', medianSeconds, 1);
    report.figure('step_slowest_s', slowestSeconds);
    report.atMost('step_mismatches', mismatches, 0);
  },
};

const unknown = options.only?.filter((name) => !(name in parts)) ?? [];
if (unknown.length > 0) throw new Error(`unknown part: ${unknown.join(', ')}`);
for (const [name, run] of Object.entries(parts)) if (options.only?.includes(name) ?? true) await run();
for (const miss of report.missed) report.line(`MISSED ${miss}`);
printResult('reward', report.figures);
process.exitCode = report.missed.length > 0 ? 1 : 0;

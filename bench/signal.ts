import { parseArgs } from 'node:util';
import { printResult } from './machine.ts';
import { measureHacks } from './signal/hack-tables.ts';
import { measureJudging } from './signal/judging-tables.ts';
import { limitsMissed } from './signal/limits.ts';

// How well a formula tells resolved patches from others, and what it pays for edits that fix nothing. The first needs real
// patches with verdicts (MENDLOOP_DATA), the second runs on made-up files as well.
const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const data = process.env['MENDLOOP_DATA'];

if (data === undefined) {
  console.log(
    'MENDLOOP_DATA is not set: left out are the judging of real patches (same-issue and pooled AUC, systems,',
  );
  console.log(
    'refit, shares of hack classes) and degenerate edits of real files. Made-up files are measured below.',
  );
}
const hacks = measureHacks(data, options.quick);
const judging = data === undefined ? {} : measureJudging(data, hacks.answers, options.quick);
const figures = { ...hacks.figures, ...judging };
const missed = limitsMissed(figures);
for (const line of missed) console.error(`missed: ${line}`);
printResult('signal', figures);
if (missed.length > 0) process.exitCode = 1;

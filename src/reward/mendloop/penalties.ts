import type { ChangeBlock, Changes } from '../change/changes.ts';

/** Shares of a change's value that are subtracted. */
const testRate = 0.05;
const forbiddenRate = 0.5;
const growthRate = 0.2;
/** Growth counts beyond 4 times the oracle's changed lines plus 20. */
const freeGrowth = 4;
const freeLines = 20;

const testPath =
  /(?:^|\/)(?:tests?|testing|__tests__|specs?)\/|(?:^|\/)test_[^/]*$|[._-](?:test|spec)\.[^./]+$/i;
const automation =
  /(?:^|\/)\.(?:github|gitlab|circleci|husky)\/|(?:^|\/)\.gitlab-ci\.yml$|(?:^|\/)jenkinsfile$/i;
const lockFile =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|go\.sum|gradle\.lockfile|[^/]*\.lockb?)$/i;

/**
 * The share of its value that a change loses, 0..0.75: for tests, automation and lock files that the oracle does not touch,
 * and for being far longer than the oracle's change.
 */
export function penaltyRate(predicted: Changes, oracle: Changes): number {
  const own = [...predicted.keys()].filter((path) => !oracle.has(path));
  const tests = own.some((path) => testPath.test(path)) ? testRate : 0;
  const forbidden = own.some((path) => automation.test(path) || lockFile.test(path)) ? forbiddenRate : 0;
  return tests + forbidden + growthRate * growth(changedLines(predicted), changedLines(oracle));
}

/** 0 up to the free length, 1 from twice the free length on, linear between. */
function growth(predicted: number, oracle: number): number {
  const free = freeGrowth * oracle + freeLines;
  return Math.min(1, Math.max(0, predicted / free - 1));
}

function changedLines(changes: Changes): number {
  let lines = 0;
  for (const blocks of changes.values()) for (const block of blocks) lines += linesOf(block);
  return lines;
}

function linesOf({ added, removed }: ChangeBlock): number {
  return added.length + removed.length;
}

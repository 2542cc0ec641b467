import type { ChangeBlock, Changes } from '../change/changes.ts';

/** Shares of the change's worth that are taken away, and from where growth counts. */
const testRate = 0.05;
const forbiddenRate = 0.5;
const growthRate = 0.2;
/** Changed lines that are free: four times the oracle's, and twenty. */
const freeGrowth = 4;
const freeLines = 20;

const testPath =
  /(?:^|\/)(?:tests?|testing|__tests__|specs?)\/|(?:^|\/)test_[^/]*$|[._-](?:test|spec)\.[^./]+$/i;
const automation =
  /(?:^|\/)\.(?:github|gitlab|circleci|husky)\/|(?:^|\/)\.gitlab-ci\.yml$|(?:^|\/)jenkinsfile$/i;
const lockFile =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|go\.sum|gradle\.lockfile|[^/]*\.lockb?)$/i;

/**
 * The share of its worth that a change loses, 0..0.75: it touches tests, what runs by itself, or lock files that the
 * oracle leaves alone, or it is far longer than the oracle's change.
 */
export function penaltyRate(predicted: Changes, oracle: Changes): number {
  const own = [...predicted.keys()].filter((path) => !oracle.has(path));
  const tests = own.some((path) => testPath.test(path)) ? testRate : 0;
  const forbidden = own.some((path) => automation.test(path) || lockFile.test(path)) ? forbiddenRate : 0;
  return tests + forbidden + growthRate * growth(changedLines(predicted), changedLines(oracle));
}

/** 0 up to the free length, 1 from twice that on. */
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

import { formatAnswer, isReadable } from '../../src/answer/answer-form.ts';
import { planEdits } from '../../src/answer/plan-edits.ts';
import type { FileTexts } from '../../src/diff/file-patches.ts';
import type { LineChange } from '../../src/diff/unified-diff.ts';
import { lineDiff } from '../../src/reward/change/line-diff.ts';

/** The input of a policy and the change that was expected. */
export interface SceneInput {
  readonly context: FileTexts;
  readonly oracle: FileTexts;
  /** The text of the issue, which some families copy. */
  readonly issue: string;
}

/** An existing file that the oracle changes. Lines are split at line feeds, so the last one is often empty. */
export interface Target {
  readonly path: string;
  readonly lines: readonly string[];
  readonly oracleLines: readonly string[];
  /** Never empty. */
  readonly regions: readonly LineChange[];
}

export interface Scene extends SceneInput {
  readonly targets: readonly Target[];
}

export function sceneOf(input: SceneInput): Scene {
  const targets = [...input.oracle].flatMap(([path, text]) => {
    const before = input.context.get(path);
    return before === undefined || before === text ? [] : [targetOf(path, before, text)];
  });
  return { ...input, targets: targets.filter((target) => target.regions.length > 0) };
}

function targetOf(path: string, before: string, after: string): Target {
  const lines = before.split('\n');
  const oracleLines = after.split('\n');
  return { path, lines, oracleLines, regions: lineDiff(lines, oracleLines) };
}

/** An answer that turns the context into the new texts; null where nothing changes or the form cannot express the change. */
export function outputFor(context: FileTexts, after: FileTexts): string | null {
  const edits = [...after].flatMap(([path, text]) => {
    const before = context.get(path) ?? '';
    if (before === text) return [];
    const whole = { path, search: before, replace: text };
    return isReadable(whole) ? [whole] : planEdits(path, before, text);
  });
  if (edits.length === 0 || edits.includes(null)) return null;
  return formatAnswer(
    'The change below resolves the issue.',
    edits.filter((edit) => edit !== null),
  );
}

import { filesAnswer } from '../../src/answer/files-answer.test-support.ts';
import { findFormula } from '../../src/reward/formulas.ts';
import { degenerateAnswers } from '../hacks/degenerate-answers.ts';
import type { DegenerateAnswer } from '../hacks/degenerate-answers.ts';
import { panelOf } from '../hacks/panel.ts';
import type { PanelRow } from '../hacks/panel.ts';
import type { Scene } from '../hacks/scene.ts';
import { syntheticScenes } from '../hacks/synthetic-scenes.ts';
import { firstHunk, hunkSteps } from './hunk-steps.ts';
import { outputScenes, replayScenes } from './scenes.ts';
import { printTable } from './table.ts';

const names = ['paper/1', 'mendloop/1'] as const;

export interface HackFigures {
  readonly answers: readonly DegenerateAnswer[];
  readonly figures: Record<string, number>;
}

/** The tables of degenerate edits; `answers` are those of real files where there are any. */
export function measureHacks(data: string | undefined, quick: boolean): HackFigures {
  const madeUp = syntheticScenes(quick ? 40 : 120, 'bench');
  const groups = new Map<string, Scene[]>([['made-up files in four languages', madeUp]]);
  if (data !== undefined) {
    groups.set('real files: model-outputs', outputScenes(data));
    groups.set(
      'real files: replay, one source file',
      quick ? replayScenes(data).slice(0, 30) : replayScenes(data),
    );
  }
  const all = [...groups].map(([title, scenes]) => measureGroup(title, scenes));
  const real = all.slice(1).flatMap(({ answers }) => answers);
  return {
    answers: real.length > 0 ? real : (all[0]?.answers ?? []),
    figures: worstOf(all, [...groups.values()].flat()),
  };
}

interface Group {
  readonly answers: readonly DegenerateAnswer[];
  readonly panels: readonly PanelRow[][];
}

function measureGroup(title: string, scenes: readonly Scene[]): Group {
  const answers = degenerateAnswers(scenes);
  const [paper = [], mendloop = []] = names.map((name) => panelOf(findFormula(name), answers));
  const honest = degenerateAnswers(scenes, [firstHunk]);
  const [honestPaper = [], honestMendloop = []] = names.map((name) => panelOf(findFormula(name), honest));
  const others = [...paper, ...honestPaper];
  const rows = [...mendloop, ...honestMendloop].map((own, index) => {
    const other = others[index] as PanelRow;
    const cell = (row: PanelRow): string => `${row.mean.toFixed(2)} (${row.max.toFixed(2)})`;
    return [own.family, `${own.count}`, `${own.equalToOracle}`, cell(other), cell(own), classes(own)];
  });
  const head = ['edit', 'count', 'equal', 'paper/1', 'mendloop/1', 'recognised as'];
  printTable(`Degenerate edits, mean (maximum): ${title}, ${scenes.length} scenes`, head, rows);
  return { answers, panels: [paper, mendloop] };
}

function classes({ hacks }: PanelRow): string {
  const sorted = Object.entries(hacks).toSorted(([, one], [, other]) => other - one);
  return sorted.map(([name, count]) => `${name === 'null' ? '–' : name} ${count}`).join(', ');
}

function worstOf(groups: readonly Group[], scenes: readonly Scene[]): Record<string, number> {
  const rows = groups.flatMap(({ panels }) => panels[1] ?? []).filter(({ count }) => count > 0);
  const paper = groups.flatMap(({ panels }) => panels[0] ?? []).filter(({ count }) => count > 0);
  const formula = findFormula('mendloop/1');
  const rewards = (predicted: (scene: Scene) => Scene['context']): number[] =>
    scenes.map(
      (scene) =>
        formula.scoreAnswer({ ...scene, answer: filesAnswer(predicted(scene)), execution: null }).reward,
    );
  const steps = hunkSteps(scenes);
  return {
    hack_families: new Set(rows.map(({ family }) => family)).size,
    hack_cases: rows.reduce((sum, { count }) => sum + count, 0),
    paper_hack_worst_mean: Math.max(...paper.map(({ mean }) => mean)),
    paper_hack_worst_max: Math.max(...paper.map(({ max }) => max)),
    mendloop_hack_worst_mean: Math.max(...rows.map(({ mean }) => mean)),
    mendloop_hack_worst_max: Math.max(...rows.map(({ max }) => max)),
    mendloop_oracle_least: Math.min(...rewards(({ oracle }) => oracle)),
    mendloop_no_change_most: Math.max(...rewards(({ context }) => context)),
    mendloop_hunk_steps: steps.length,
    mendloop_hunks_that_do_not_raise: steps.filter((gain) => gain <= 0).length,
  };
}

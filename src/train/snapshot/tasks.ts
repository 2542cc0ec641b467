import { type Edit, formatAnswer } from '../../answer/answer-form.ts';
import { planChange } from '../../answer/plan-edits.ts';
import { type Message, promptOf } from '../../answer/prompt.ts';
import { readAnswer } from '../../answer/read-answer.ts';
import { type LineChange, lineChanges } from '../../diff/unified-diff.ts';
import { findFormula } from '../../reward/formulas.ts';
import type { Material } from './material.ts';

/** Whole files as the paper shows them, or single hunks for a model that is too small for them. */
export const rowForms = ['files', 'hunks'] as const;
export type RowForm = (typeof rowForms)[number];

/** What a model is asked, and what its answer is compared with. */
export interface Task {
  readonly id: string;
  readonly instance_id: string;
  readonly prompt: readonly Message[];
  readonly context: ReadonlyMap<string, string>;
  readonly oracle: ReadonlyMap<string, string>;
  /** The oracle as an answer whose reward is 1; null where the form cannot say it. */
  readonly answer: string | null;
}

export type TaskRefusal = 'prompt_too_long' | 'answer_too_long' | 'empty_fragment' | 'not_expressible';

/**
 * Characters of a hunk's prompt and answer, for 256 and 128 tokens: of the demo's answers with up to 340 characters the longest has
 * 123 tokens of SmolLM2. The driver counts the tokens of prompts and has the last word.
 */
const mostPrompt = 900;
const mostAnswer = 340;
/** Lines above and below a change that a fragment shows. */
const fragmentContext = 1;

export function tasksOf(
  material: Material,
  form: RowForm,
  formula: string,
): { readonly tasks: readonly Task[]; readonly refusals: readonly TaskRefusal[] } {
  return form === 'files' ? wholeTask(material, formula) : fragmentTasks(material, formula);
}

function wholeTask(material: Material, formula: string): ReturnType<typeof tasksOf> {
  const { instance_id, problem, context, oracle } = material;
  const answer = answerOf(context, oracle, formula);
  if (answer === null) return { tasks: [], refusals: ['not_expressible'] };
  const prompt = promptOf('files', problem, context);
  return { tasks: [{ id: instance_id, instance_id, prompt, context, oracle, answer }], refusals: [] };
}

function fragmentTasks(material: Material, formula: string): ReturnType<typeof tasksOf> {
  const tasks: Task[] = [];
  const refusals: TaskRefusal[] = [];
  let number = 0;
  for (const [path, text] of material.oracle) {
    for (const { before, after } of fragmentsOf(material.context.get(path) ?? '', text)) {
      number += 1;
      const task = fragmentTask(material, `${material.instance_id}#${number}`, path, before, after, formula);
      if (typeof task === 'string') refusals.push(task);
      else tasks.push(task);
    }
  }
  return { tasks, refusals };
}

function fragmentTask(
  { instance_id, problem }: Material,
  id: string,
  path: string,
  before: string,
  after: string,
  formula: string,
): Task | TaskRefusal {
  if (before.trim() === '') return 'empty_fragment';
  const context = new Map([[path, before]]);
  const prompt = promptOf('hunks', problem, context);
  if (prompt.reduce((sum, { content }) => sum + content.length, 0) > mostPrompt) return 'prompt_too_long';
  const oracle = new Map([[path, after]]);
  const answer = answerOf(context, oracle, formula);
  if (answer === null) return 'not_expressible';
  if (answer.length > mostAnswer) return 'answer_too_long';
  return { id, instance_id, prompt, context, oracle, answer };
}

interface Fragment {
  readonly before: string;
  readonly after: string;
}

/** Each change of a file with its neighbouring lines; changes whose neighbours meet are one fragment. */
function fragmentsOf(before: string, after: string): Fragment[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const joined: LineChange[] = [];
  for (const change of lineChanges(old, now)) {
    const last = joined.at(-1);
    if (last === undefined || change.aStart - last.aEnd > 2 * fragmentContext) joined.push(change);
    else joined[joined.length - 1] = { ...last, aEnd: change.aEnd, bEnd: change.bEnd };
  }
  return joined.map(({ aStart, aEnd, bStart, bEnd }) => {
    const above = Math.min(fragmentContext, aStart, bStart);
    const below = Math.min(fragmentContext, old.length - aEnd, now.length - bEnd);
    return {
      before: old.slice(aStart - above, aEnd + below).join('\n'),
      after: now.slice(bStart - above, bEnd + below).join('\n'),
    };
  });
}

/** Says what the edits are and no more: a made-up reason would be learned as one. */
function thoughtOf(edits: readonly Edit[]): string {
  const paths = [...new Set(edits.map(({ path }) => path))];
  return `The change is in ${paths.join(', ')}: ${edits.length === 1 ? 'one edit' : `${edits.length} edits`}.`;
}

/** The edits from one to the other as an answer that the formula gives 1; null where there is none. */
export function answerOf(
  context: ReadonlyMap<string, string>,
  oracle: ReadonlyMap<string, string>,
  formula: string,
): string | null {
  const edits = planChange(context, oracle);
  if (edits === null) return null;
  const output = formatAnswer(thoughtOf(edits), edits);
  const answer = readAnswer(context, output);
  const score = findFormula(formula).scoreAnswer({ context, oracle, answer, execution: null });
  return score.reward === 1 ? output : null;
}

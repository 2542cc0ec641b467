import { filesAfter } from './attempts.ts';
import type { Material } from './material.ts';
import type { Split } from './select.ts';
import { answerOf, type Task } from './tasks.ts';

/** A row of `train.jsonl.gz` or `held_out.jsonl.gz`, for TRL and verl alike (docs/contracts/snapshot.md#prompt-rows). It names its oracle, no more. */
export function promptRow(task: Task, split: Split, index: number): object {
  return {
    prompt: task.prompt,
    data_source: 'mendloop',
    ability: 'code',
    reward_model: { style: 'rule', ground_truth: task.id },
    extra_info: { index, split, task_id: task.instance_id },
  };
}

/** A row of `sft.jsonl.gz`; null where the oracle cannot be said in the form. */
export function sftRow(task: Task): object | null {
  if (task.answer === null) return null;
  const completion = [{ role: 'assistant', content: task.answer }];
  return {
    prompt: task.prompt,
    completion,
    messages: [...task.prompt, ...completion],
    task_id: task.instance_id,
  };
}

/** What the reward server knows of a row, and nobody else. */
export function oracleRow(task: Task): object {
  return {
    id: task.id,
    context: Object.fromEntries(task.context),
    oracle: Object.fromEntries(task.oracle),
  };
}

/** The oracle against each other attempt at the same change that the form can say; how many it cannot. */
export function preferenceRows(
  task: Task,
  { attempts }: Material,
): { readonly rows: readonly object[]; readonly notExpressible: number } {
  const rows: object[] = [];
  let notExpressible = 0;
  for (const patch of attempts) {
    const rejected = rejectedAnswer(task, patch);
    if (rejected === null || task.answer === null || rejected === task.answer) notExpressible += 1;
    else {
      rows.push({
        prompt: task.prompt,
        chosen: [{ role: 'assistant', content: task.answer }],
        rejected: [{ role: 'assistant', content: rejected }],
        task_id: task.instance_id,
      });
    }
  }
  return { rows, notExpressible };
}

/** Any formula says 1 of a change compared with itself. */
function rejectedAnswer(task: Task, patch: string): string | null {
  const after = filesAfter(task.context, patch);
  return after === null ? null : answerOf(task.context, after, 'paper/1');
}

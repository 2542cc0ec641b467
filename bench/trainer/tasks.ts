import { promptOf } from '../../src/answer/prompt.ts';
import { answerOf, type Task } from '../../src/train/snapshot/tasks.ts';

const names = ['total', 'width', 'price', 'depth', 'count', 'score', 'speed', 'angle'] as const;
const mistakes = [
  { wrong: 'a - b', right: 'a + b', issue: 'is subtracted instead of added' },
  { wrong: 'a * b', right: 'a / b', issue: 'is multiplied where it should be divided' },
] as const;

/** Small changes of one line, as rounds for small models have them. */
export function benchTasks(): Task[] {
  return names.flatMap((name, at) =>
    mistakes.map(({ wrong, right, issue }, kind) => {
      const path = `${name}.js`;
      const id = `example__sums-${at * mistakes.length + kind + 1}`;
      const before = `function ${name}(a, b) {\n  return ${wrong};\n}`;
      const context = new Map([[path, before]]);
      const oracle = new Map([[path, before.replace(wrong, right)]]);
      const prompt = promptOf('hunks', `The ${name} ${issue}.`, context);
      return {
        id: `${id}#1`,
        instance_id: id,
        prompt,
        context,
        oracle,
        answer: answerOf(context, oracle, 'mendloop/1'),
      };
    }),
  );
}

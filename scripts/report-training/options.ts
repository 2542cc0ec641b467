import path from 'node:path';
import { parseArgs } from 'node:util';
import { MendloopError } from '../../src/domain/errors.ts';
import { formulaNames } from '../../src/reward/formulas.ts';

export interface ReportOptions {
  readonly home: string;
  readonly seeds: readonly number[];
  readonly formulas: readonly string[];
  /** Null: as many as the cluster's profile says. */
  readonly steps: number | null;
  /** A name of `mendloop.clusters.json` in the home. */
  readonly cluster: string;
  /** Folder of the base model; null: SmolLM2-135M-Instruct. */
  readonly model: string | null;
  /** Without `.json` and `.md`. */
  readonly out: string;
}

const root = path.join(import.meta.dirname, '..', '..');

function refuse(message: string): never {
  throw new MendloopError('usage', message);
}

function wholes(text: string, option: string): number[] {
  const found = text.split(',').map(Number);
  return found.every((value) => Number.isSafeInteger(value) && value > 0)
    ? found
    : refuse(`--${option} takes whole numbers, as in 1,2,3`);
}

function formulasOf(text: string): string[] {
  const found = text.split(',');
  return found.every((name) => formulaNames.includes(name))
    ? found
    : refuse(`--formulas takes some of ${formulaNames.join(', ')}`);
}

export function readOptions(argv: readonly string[]): ReportOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      home: { type: 'string' },
      seeds: { type: 'string', default: '1,2,3' },
      formulas: { type: 'string', default: 'paper/1,mendloop/1' },
      steps: { type: 'string' },
      cluster: { type: 'string', default: 'local' },
      model: { type: 'string' },
      out: { type: 'string', default: path.join(root, 'docs', 'reports', 'training') },
    },
  });
  const { home, steps, model } = values;
  return {
    home: path.resolve(home ?? refuse('--home names the MENDLOOP_HOME whose instances are trained on')),
    seeds: wholes(values.seeds, 'seeds'),
    formulas: formulasOf(values.formulas),
    steps: steps === undefined ? null : (wholes(steps, 'steps')[0] ?? null),
    cluster: values.cluster,
    model: model === undefined ? null : path.resolve(model),
    out: path.resolve(values.out),
  };
}

/** What to type to get the same report; the folders are the reader's own. */
export function commandOf({ seeds, formulas, steps, cluster, model }: ReportOptions): string {
  const more = [
    ...(steps === null ? [] : [`--steps ${steps}`]),
    ...(cluster === 'local' ? [] : [`--cluster ${cluster}`]),
    ...(model === null ? [] : ['--model FOLDER']),
  ];
  const given = [`--home HOME`, `--seeds ${seeds.join(',')}`, `--formulas ${formulas.join(',')}`, ...more];
  return `npm run report:training -- ${given.join(' ')}`;
}

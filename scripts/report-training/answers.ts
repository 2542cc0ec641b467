import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { MendloopError } from '../../src/domain/errors.ts';
import { type EvaluationRow, evaluationRow } from '../../src/evaluate/evaluation-row.ts';
import type { RoundSpec } from '../../src/round-contract/round-spec.ts';
import { treeSha256 } from '../../src/round-files/tree-hash.ts';

export type AnsweredRow = EvaluationRow & { readonly text: string };

export interface Asker {
  readonly python: string;
  /** Keeps what was answered, so that no model is asked twice. */
  readonly folder: string;
  readonly progress: (message: string) => void;
}

const trainer = path.join(import.meta.dirname, '..', '..', 'trainer');

async function ask({ python }: Asker, directory: string, model: string, out: string): Promise<void> {
  const { PATH, HOME, LANG = 'C.UTF-8' } = process.env;
  const child = spawn(python, [path.join(import.meta.dirname, 'ask_model.py'), directory, model, out], {
    env: {
      PATH,
      HOME,
      LANG,
      PYTHONPATH: trainer,
      MENDLOOP_NODE: process.execPath,
      OMP_WAIT_POLICY: 'passive',
      HF_HUB_OFFLINE: '1',
      TRANSFORMERS_VERBOSITY: 'error',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status !== 0) throw new MendloopError('round_invalid', `asking a model ended with ${status}`);
}

function parse(line: string): AnsweredRow {
  const value = JSON.parse(line) as { text: string };
  return { ...evaluationRow.parse(value), text: value.text };
}

/** What a model says to every held-out row of a round. Equal models, and equal rows, are asked once. */
export async function answersOf(
  asker: Asker,
  directory: string,
  model: string,
  { data, evaluation }: RoundSpec,
): Promise<AnsweredRow[]> {
  const rows = data.held_out.sha256.slice(0, 12);
  const tree = (await treeSha256(model)).slice(0, 20);
  const out = path.join(asker.folder, `${tree}-${rows}-${evaluation.max_new_tokens}.jsonl`);
  if (!existsSync(out)) {
    asker.progress(`asking ${path.basename(model)} of ${path.basename(directory)} the held-out rows`);
    await mkdir(asker.folder, { recursive: true });
    await ask(asker, directory, model, out);
  }
  const text = await readFile(out, 'utf8');
  return text.split('\n').slice(0, -1).map(parse);
}

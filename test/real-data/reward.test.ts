import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { renderOracle } from '../../src/answer/render-oracle.ts';
import { scoreRow } from '../../src/reward/rows.ts';

const folder = process.env['MENDLOOP_DATA'];
const isAbsent = folder === undefined;
const tolerance = 1e-12;

interface ModelOutput {
  readonly instance_id: string;
  readonly raw_output: string;
  readonly reference_reward: number | null;
  readonly reference_error: string | null;
}

interface Files {
  readonly code_context: Record<string, string>;
  readonly oracle_new_content: Record<string, string>;
}

interface Prediction {
  readonly gold_patch: string;
  readonly model_patch: string;
  readonly reference_reward: number;
}

test.skipIf(isAbsent)(
  'every model output with a reference reward has that reward (needs MENDLOOP_DATA)',
  () => {
    const files = filesOfInstances();
    const rows = readRows<ModelOutput>('model-outputs/agentless.jsonl.gz').filter(
      (row) => row.reference_reward !== null,
    );
    const wrong = rows.filter((row) => differs(scoreOutput(row, files[row.instance_id] as Files), row));
    expect(rows).toHaveLength(180);
    expect(wrong).toEqual([]);
  },
);

test.skipIf(isAbsent)(
  'every prediction has the reference reward of its unified diff (needs MENDLOOP_DATA)',
  () => {
    const rows = readRows<Prediction>('predictions/pairs.jsonl.gz');
    const wrong = rows.filter((row) => !isNear(scoreDiffs(row).reward, row.reference_reward));
    expect(rows).toHaveLength(900);
    expect(wrong).toEqual([]);
  },
);

test.skipIf(isAbsent)(
  'every real oracle scores 1 when it is rendered as an answer (needs MENDLOOP_DATA)',
  () => {
    const rewards = Object.values(filesOfInstances()).map((files) => oracleReward(files));
    expect(rewards).toEqual(Array.from({ length: 9 }, () => 1));
  },
);

function scoreOutput(row: ModelOutput, files: Files) {
  const output = `<think>t</think>\n<solution>${row.raw_output}</solution>`;
  return scoreFiles(files, output);
}

function scoreFiles({ code_context, oracle_new_content }: Files, output: string) {
  return scoreRow(
    { kind: 'search_replace', context: code_context, oracle: oracle_new_content, output },
    'paper/1',
  );
}

function scoreDiffs({ gold_patch, model_patch }: Prediction) {
  return scoreRow({ kind: 'unidiff', oracle: [gold_patch], pred: [model_patch] }, 'paper/1');
}

function differs(score: ReturnType<typeof scoreRow>, row: ModelOutput): boolean {
  const sameForm = (score.error === null) === (row.reference_error === null);
  return !sameForm || !isNear(score.reward, row.reference_reward);
}

function isNear(reward: unknown, expected: number | null): boolean {
  return typeof reward === 'number' && expected !== null && Math.abs(reward - expected) <= tolerance;
}

function oracleReward(files: Files): unknown {
  const rendered = renderOracle({
    context: texts(files.code_context),
    oracle: texts(files.oracle_new_content),
    patch: '',
  });
  return 'output' in rendered ? scoreFiles(files, rendered.output).reward : rendered.reason;
}

function texts(files: Record<string, string>): { path: string; text: string }[] {
  return Object.entries(files).map(([path, text]) => ({ path, text }));
}

function filesOfInstances(): Record<string, Files> {
  return JSON.parse(readText('model-outputs/context_oracle.json.gz')) as Record<string, Files>;
}

function readRows<Row>(name: string): Row[] {
  const lines = readText(name).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Row);
}

function readText(name: string): string {
  return gunzipSync(readFileSync(join(folder ?? '', name))).toString('utf8');
}

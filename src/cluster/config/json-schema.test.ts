import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { clustersSchema } from './json-schema.ts';
import { parseClusters } from './read-clusters.ts';

const root = path.join(import.meta.dirname, '..', '..', '..');

test('schemas/clusters.schema.json is what scripts/write-schemas.ts writes', async () => {
  expect(await readFile(path.join(root, 'schemas', 'clusters.schema.json'), 'utf8')).toBe(clustersSchema());
});

test('the examples of docs/clusters.md, one of each kind, fit the schema and are read', async () => {
  const page = await readFile(path.join(root, 'docs', 'clusters.md'), 'utf8');
  const examples = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text = '']) => text);
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
    JSON.parse(clustersSchema()) as object,
  );
  for (const text of examples) expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).toBe(true);
  const kinds = examples.flatMap(parseClusters).map(({ kind }) => kind);
  expect(kinds).toEqual(['local', 'local', 'docker', 'ray', 'slurm']);
});

test('the schema refuses what the reader refuses', () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
    JSON.parse(clustersSchema()) as object,
  );
  expect(validate({ clusters: [{ name: 'a', kind: 'cloud' }] })).toBe(false);
  expect(validate({ clusters: [] })).toBe(false);
});

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { generatedFiles } from '../../scripts/schemas/generated-files.ts';
import { parseClusters } from '../../src/cluster/config/read-clusters.ts';
import { readPage, root } from './pages.ts';

const generated = await generatedFiles(root);

async function validator(file: string): Promise<(value: unknown) => boolean> {
  const schema = JSON.parse(await readFile(path.join(root, file), 'utf8')) as object;
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
  return (value) => validate(value);
}

test.each([...generated.keys()])('%s is what `npm run schemas` writes', async (file) => {
  expect(await readFile(path.join(root, file), 'utf8')).toBe(generated.get(file));
});

test('the examples of docs/clusters.md, one of each kind, fit the schema and are read', async () => {
  const examples = [...(await readPage('clusters.md')).matchAll(/^```json\n(.*?)^```$/gms)].map(
    ([, text = '']) => text,
  );
  const fits = await validator('schemas/clusters.schema.json');
  expect(examples.map((text) => fits(JSON.parse(text)))).toEqual(examples.map(() => true));
  const kinds = examples.flatMap(parseClusters).map(({ kind }) => kind);
  expect(kinds).toEqual(['local', 'local', 'docker', 'ray', 'slurm']);
});

test('the schema refuses what the reader refuses', async () => {
  const fits = await validator('schemas/clusters.schema.json');
  expect(fits({ clusters: [{ name: 'a', kind: 'cloud' }] })).toBe(false);
  expect(fits({ clusters: [] })).toBe(false);
});

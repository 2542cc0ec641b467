import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generatedFiles } from './schemas/generated-files.ts';

// `npm run schemas`: writes the JSON Schemas and the tables of docs/contracts from the zod schemas that the code reads with.
const root = path.join(import.meta.dirname, '..');
for (const [file, text] of await generatedFiles(root)) {
  await mkdir(path.dirname(path.join(root, file)), { recursive: true });
  await writeFile(path.join(root, file), text);
}

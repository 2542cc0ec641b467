import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { withTables } from './field-tables.ts';
import { jsonSchemas } from './json-schemas.ts';

/** Every generated file, by its path from the repository's root. A page keeps its text; its tables are written anew. */
export async function generatedFiles(root: string): Promise<Map<string, string>> {
  const files = jsonSchemas();
  for (const page of globSync('docs/contracts/*.md', { cwd: root })) {
    files.set(page, withTables(await readFile(path.join(root, page), 'utf8'), files));
  }
  return files;
}

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { clustersSchema } from '../src/cluster/config/json-schema.ts';

/** Writes the JSON schemas of our configuration files from the code that reads them. */
const folder = path.join(import.meta.dirname, '..', 'schemas');
await mkdir(folder, { recursive: true });
await writeFile(path.join(folder, 'clusters.schema.json'), clustersSchema());

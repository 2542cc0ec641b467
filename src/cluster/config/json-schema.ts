import { z } from 'zod';
import { clustersFile } from './clusters-file.ts';

/** `schemas/clusters.schema.json`, for editors; `scripts/write-schemas.ts` writes it. */
export function clustersSchema(): string {
  const schema = z.toJSONSchema(clustersFile, { io: 'input', target: 'draft-2020-12' });
  return `${JSON.stringify({ title: 'mendloop.clusters.json', ...schema }, null, 2)}\n`;
}

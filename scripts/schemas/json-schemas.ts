import { z } from 'zod';
import { clustersFile } from '../../src/cluster/config/clusters-file.ts';
import {
  driverEvent,
  driverResult,
  driverStatus,
  outManifest,
} from '../../src/round-contract/round-files.ts';
import { roundSpec } from '../../src/round-contract/round-spec.ts';

interface Source {
  readonly title: string;
  readonly schema: z.ZodType;
  /** `input`: a person writes the file and may leave out what has a default. */
  readonly io: 'input' | 'output';
}

/** Every JSON Schema of the repository, by its file. */
const sources: Readonly<Record<string, Source>> = {
  'schemas/clusters.schema.json': { title: 'mendloop.clusters.json', schema: clustersFile, io: 'input' },
  'schemas/round/spec.schema.json': { title: 'spec.json', schema: roundSpec, io: 'output' },
  'schemas/round/event.schema.json': { title: 'a line of events.jsonl', schema: driverEvent, io: 'output' },
  'schemas/round/status.schema.json': { title: 'status.json', schema: driverStatus, io: 'output' },
  'schemas/round/result.schema.json': { title: 'result.json', schema: driverResult, io: 'output' },
  'schemas/round/manifest.schema.json': { title: 'out/manifest.json', schema: outManifest, io: 'output' },
};

/** A driver runs where there is only its own package, so that package holds the schema that it reads by. */
const copies: Readonly<Record<string, string>> = {
  'trainer/mendloop_trainer/spec.schema.json': 'schemas/round/spec.schema.json',
};

function textOf({ title, schema, io }: Source): string {
  const json = z.toJSONSchema(schema, { io, target: 'draft-2020-12' });
  return `${JSON.stringify({ title, ...json }, null, 2)}\n`;
}

/** The text of each schema file, by its path from the repository's root. */
export function jsonSchemas(): Map<string, string> {
  const files = new Map(Object.entries(sources).map(([file, source]) => [file, textOf(source)]));
  for (const [copy, original] of Object.entries(copies)) files.set(copy, files.get(original) ?? '');
  return files;
}

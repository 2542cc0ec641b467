import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { sceneOf } from '../hacks/scene.ts';
import type { Scene } from '../hacks/scene.ts';
import { readLines } from './predictions.ts';

const repositories = ['andialbrecht__sqlparse', 'martinblech__xmltodict', 'tkem__cachetools'];

interface Files {
  readonly code_context: Record<string, string>;
  readonly oracle_new_content: Record<string, string>;
}

interface Verified {
  readonly base_commit: string;
  readonly fix_commit: string;
  readonly src_files: readonly string[];
  readonly subject: string;
}

/** The instances of `model-outputs`: whole files of real projects before and after the developers' change. */
export function outputScenes(data: string): Scene[] {
  const text = gunzipSync(readFileSync(join(data, 'model-outputs', 'context_oracle.json.gz'))).toString(
    'utf8',
  );
  const instances = Object.entries(JSON.parse(text) as Record<string, Files>);
  return instances.map(([id, files]) =>
    sceneOf({
      context: new Map(Object.entries(files.code_context)),
      oracle: new Map(Object.entries(files.oracle_new_content)),
      issue: `Reported for ${id}`,
    }),
  );
}

/** The verified changes of `replay` with one source file that is there before and after, read out of the git bundles. */
export function replayScenes(data: string): Scene[] {
  const folder = mkdtempSync(join(tmpdir(), 'mendloop-signal-'));
  try {
    return repositories.flatMap((name) => scenesOf(data, name, join(folder, name)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function scenesOf(data: string, name: string, clone: string): Scene[] {
  const bundle = join(data, 'replay', `${name}.bundle`);
  execFileSync('git', ['clone', '--quiet', '--bare', bundle, clone], { stdio: 'ignore' });
  const rows = readLines<Verified>(join(data, 'replay', `${name}.verified.jsonl.gz`));
  return rows.flatMap(({ base_commit, fix_commit, src_files, subject }) => {
    const [path, ...others] = src_files;
    if (path === undefined || others.length > 0) return [];
    const before = show(clone, base_commit, path);
    const after = show(clone, fix_commit, path);
    if (before === null || after === null) return [];
    return [
      sceneOf({ context: new Map([[path, before]]), oracle: new Map([[path, after]]), issue: subject }),
    ];
  });
}

/** Null where the commit does not have the file. */
function show(clone: string, commit: string, path: string): string | null {
  try {
    const file = `${commit}:${path}`;
    return execFileSync('git', ['-C', clone, 'show', file], { encoding: 'utf8', stdio: 'pipe' });
  } catch {
    return null;
  }
}

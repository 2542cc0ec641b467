import { randomBytes } from 'node:crypto';
import { isMendloopError } from '../../domain/errors.ts';
import { bytesOf } from '../../files/file-hash.ts';
import { type ProbeFinding, judgeProbe } from './judge-probe.ts';
import { type CheckOptions, jobOf, ProbeFailure, reportOf, runToEnd } from './probe-job.ts';

/** A step that fails with a typed error is a finding; the steps after it have nothing to look at. */
class Stopped extends Error {}

/** Runs one small job that looks around where a round would run. */
export async function checkCluster(options: CheckOptions): Promise<readonly ProbeFinding[]> {
  const findings: ProbeFinding[] = [];
  const round_id = `check-${randomBytes(4).toString('hex')}`;
  // Nobody interrupts a check: each part has its own deadline.
  const { signal } = new AbortController();
  async function step<T>(check: ProbeFinding['check'], done: (value: T) => string, action: () => Promise<T>) {
    options.onProgress(`checking ${check}`);
    try {
      const value = await action();
      findings.push({ check, state: 'ok', message: done(value), hint: null });
      return value;
    } catch (error) {
      findings.push({ check, state: 'fail', ...wordsOf(error) });
      throw new Stopped();
    }
  }
  try {
    const nonce = await step(
      'rounds_dir',
      () => options.rounds.app,
      () => prepare(round_id, options),
    );
    await using cluster = await step(
      'scheduler',
      ({ kind }) => `${kind} answers`,
      async () => {
        const opened = await options.open();
        await opened.find(`mendloop-${round_id}-a1`, signal);
        return opened;
      },
    );
    const seen = await step(
      'job',
      ({ host }) => `ran on ${host}`,
      async () => {
        const status = await runToEnd(cluster, jobOf(round_id, options), options, signal);
        return reportOf(status, cluster, { files: options.files, folder: round_id, nonce }, signal);
      },
    );
    findings.push(...judgeProbe(options.config, seen));
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  } finally {
    await options.files.remove(round_id);
  }
  return findings;
}

function wordsOf(error: unknown): Pick<ProbeFinding, 'message' | 'hint'> {
  if (isMendloopError(error)) return { message: `${error.code}: ${error.message}`, hint: error.hint };
  if (error instanceof ProbeFailure) return { message: error.message, hint: error.hint };
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  return {
    message: `the folder cannot be written: ${code}`,
    hint: 'Mount it here, and let Mendloop write in it.',
  };
}

/** The same word must come back through the folder of the other side. */
async function prepare(folder: string, { files, rewardServer }: CheckOptions): Promise<string> {
  const nonce = randomBytes(16).toString('hex');
  await files.putWhole(`${folder}/nonce`, nonce);
  await files.copyIn(`${folder}/reward-server.mjs`, bytesOf(rewardServer));
  return nonce;
}

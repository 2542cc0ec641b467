import type { DoctorPorts } from '../../cli/frame/doctor-ports.ts';
import type { Config } from '../../config/config.ts';
import { processEnvironment } from '../../config/process-environment.ts';
import { readEngine } from '../../docker/engine.ts';
import type { AppPort } from '../../domain/ports/github-app.ts';
import { gitEnvironment } from '../../git/environment.ts';
import { gitVersion } from '../../git/run-git.ts';
import { lockedFetch } from '../../github/locked-fetch.ts';
import { translateGitHubError } from '../../github/translate.ts';
import { brokerFor, openApp } from './github.ts';

const probeTimeoutMs = 10_000;

async function probe(url: string): Promise<{ status: number; date: Date | null }> {
  const fetch = lockedFetch(new URL(url).origin, { timeoutMs: probeTimeoutMs });
  try {
    const response = await fetch(url, { headers: { 'user-agent': 'mendloop' } });
    await response.body?.cancel();
    const date = response.headers.get('date');
    return { status: response.status, date: date === null ? null : new Date(date) };
  } catch (error) {
    throw translateGitHubError(error, `ask ${new URL(url).host}`);
  }
}

function openDoctorApp(config: Config): (AppPort & AsyncDisposable) | null {
  const broker = brokerFor(config);
  if (!broker) return null;
  const app = openApp(config, broker, 'doctor');
  return { ...app, [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose]() };
}

export const doctorPorts: DoctorPorts = {
  gitVersion: () => gitVersion(gitEnvironment(processEnvironment())),
  engine: readEngine,
  openApp: openDoctorApp,
  probe,
};

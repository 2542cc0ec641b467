import type { AppPort, DoctorPorts } from '../../cli/doctor/ports.ts';
import type { Config } from '../../config/config.ts';
import { processEnvironment } from '../../config/process-environment.ts';
import { readEngine } from '../../docker/engine.ts';
import { gitEnvironment } from '../../git/environment.ts';
import { gitVersion } from '../../git/version.ts';
import { createAppReader } from '../../github/app-reader.ts';
import { createGitHubClient } from '../../github/client.ts';
import { githubHosts } from '../../github/hosts.ts';
import { lockedFetch } from '../../github/locked-fetch.ts';
import { installationSchema } from '../../github/schema.ts';
import { translateGitHubError } from '../../github/translate.ts';
import { brokerFor } from './github.ts';

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

function openApp(config: Config): AppPort | null {
  const broker = brokerFor(config);
  if (!broker) return null;
  const token = async () => (await broker.token({ want: 'app', kind: 'doctor' })).token;
  const client = createGitHubClient({ hosts: githubHosts(config.githubApiUrl), token, purpose: 'doctor' });
  return {
    async self() {
      const { slug = 'the App', permissions, events } = await createAppReader(client).self();
      return { slug, permissions, events };
    },
    async installations() {
      const found = await client.list('list installations', 'GET /app/installations', {}, installationSchema);
      return found.map(({ account, permissions, events, suspended_at }) => ({
        account: account?.login ?? 'unknown',
        permissions,
        events,
        suspended: Boolean(suspended_at),
      }));
    },
    [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose](),
  };
}

export const doctorPorts: DoctorPorts = {
  gitVersion: () => gitVersion(gitEnvironment(processEnvironment())),
  engine: readEngine,
  openApp,
  probe,
};

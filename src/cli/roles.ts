import { readConfig } from '../config/config.ts';
import { processEnvironment } from '../config/process-environment.ts';
import { createLog } from '../telemetry/log.ts';
import {
  type Command,
  defineCommand,
  type ExitStatus,
  type JsonContext,
  jsonOption,
} from './frame/command.ts';
import type { RunRequest } from './frame/services.ts';
import { stopRequested } from './frame/stopping.ts';

async function announce(context: JsonContext, roles: RunRequest['roles'], url: string | null): Promise<void> {
  if (context.flags.json) {
    await context.out.line(JSON.stringify({ roles, url, pid: process.pid }));
    return;
  }
  await context.out.line(url === null ? 'Mendloop works.' : `Mendloop is at ${url}`);
}

/** Runs roles until the process is asked to stop. */
async function serve(context: JsonContext, request: Omit<RunRequest, 'config' | 'log'>): Promise<ExitStatus> {
  const stopping = stopRequested({
    now: () => performance.now(),
    belowNpm: processEnvironment()['npm_command'] !== undefined,
  });
  const config = readConfig();
  const log = createLog(config.logLevel);
  const running = await (await context.services()).run({ ...request, config, log });
  await announce(context, request.roles, running.url);
  if (config.app === null)
    context.out.note('No App credentials: nothing arrives from GitHub. See .env.example.');
  log.info({ signal: await stopping }, 'stopping');
  await running.stop();
  return 0;
}

function roleCommand(name: string, summary: string, request: Pick<RunRequest, 'roles' | 'migrate'>): Command {
  return defineCommand({ name, summary, options: jsonOption, run: (context) => serve(context, request) });
}

export const up = roleCommand('up', 'Run everything in one process: database, server and worker.', {
  roles: ['worker', 'server'],
  migrate: true,
});
export const server = roleCommand('server', 'Take deliveries from GitHub and serve the dashboard.', {
  roles: ['server'],
  migrate: false,
});
export const worker = roleCommand('worker', 'Work on jobs; any number of workers may run.', {
  roles: ['worker'],
  migrate: false,
});

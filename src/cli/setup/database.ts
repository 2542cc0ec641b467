import { readConfig } from '../../config/config.ts';
import { MendloopError } from '../../domain/errors.ts';
import { runningEmbedded, startEmbedded, stopEmbedded } from '../../postgres/embedded.ts';
import { createLog } from '../../telemetry/log.ts';
import { defineCommand, type ExitStatus, type JsonContext, jsonOption } from '../frame/command.ts';
import { usageError } from '../frame/options.ts';

interface State {
  readonly running: boolean;
  readonly pid: number | null;
  readonly port: number | null;
}

const stopped: State = { running: false, pid: null, port: null };

async function currentState(home: string): Promise<State> {
  const server = await runningEmbedded(home);
  return server === null ? stopped : { running: true, ...server };
}

async function start(home: string): Promise<State> {
  const { pid, port } = await startEmbedded({ home, log: createLog('warn') });
  return { running: true, pid, port };
}

async function stop(home: string): Promise<State> {
  await stopEmbedded(home);
  return stopped;
}

const actions = new Map([
  ['start', start],
  ['stop', stop],
  ['status', currentState],
]);

async function run(context: JsonContext): Promise<ExitStatus> {
  const action = actions.get(context.args[0] ?? '');
  if (!action) throw usageError(`one of: ${[...actions.keys()].join(', ')}`);
  const { databaseUrl, home } = readConfig();
  if (databaseUrl !== null) {
    throw new MendloopError('config_invalid', 'DATABASE_URL is set, so that no embedded server is used');
  }
  const state = await action(home);
  const { running, pid, port } = state;
  if (context.flags.json) await context.out.json({ ...state, home });
  else
    await context.out.line(
      running ? `running: process ${pid}, 127.0.0.1:${port}, in ${home}` : `stopped, in ${home}`,
    );
  return 0;
}

export const database = defineCommand({
  name: 'database',
  summary: 'Start or stop the embedded database, or ask whether it runs.',
  args: 'start|stop|status',
  options: jsonOption,
  arity: [1, 1],
  run,
});

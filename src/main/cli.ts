import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commands } from '../cli/commands.ts';
import { dispatch } from '../cli/frame/dispatch.ts';
import { createOutput } from '../cli/frame/output.ts';
import { packageRoot } from '../db/package-root.ts';

async function packageVersion(): Promise<string> {
  const text = await readFile(join(packageRoot(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** A reader that has seen enough, such as `head`, closes its end: that is no failure. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

/** A command may wait for something that does not keep Node alive by itself, such as the token broker. */
setInterval(() => undefined, 3_600_000);

const out = createOutput(process);
const status = await dispatch(
  {
    commands,
    version: await packageVersion(),
    out,
    services: async () => (await import('./cli-services.ts')).services,
  },
  process.argv.slice(2),
);
// What a command left open (an idle socket, a timer) must not hold the process; what it printed must be out.
process.stdout.write('', () => process.stderr.write('', () => process.exit(status)));

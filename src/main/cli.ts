import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commands } from '../cli/commands.ts';
import { dispatch } from '../cli/frame/dispatch.ts';
import { createOutput } from '../cli/frame/output.ts';
import { packageRoot } from '../package-root.ts';

async function packageVersion(): Promise<string> {
  const text = await readFile(join(packageRoot(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Ends without an error when the reader of standard output, such as `head`, closes the pipe. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

/** Keeps Node alive while a command waits for something that does not, such as the token broker. */
setInterval(() => undefined, 3_600_000);

const out = createOutput(process);
const status = await dispatch(
  {
    commands,
    version: await packageVersion(),
    out,
    services: async () => (await import('./wiring/cli-services.ts')).services,
  },
  process.argv.slice(2),
);
// Exits once the output is written, even if the command left a socket or a timer open.
process.stdout.write('', () => process.stderr.write('', () => process.exit(status)));

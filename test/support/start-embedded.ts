import { startEmbedded } from '../../src/postgres/embedded.ts';

/** Run as a process of its own: starts the server of the home that is its argument, says so, and stays. */
const [home = ''] = process.argv.slice(2);
const { url, pid, adopted } = await startEmbedded({ home, log: { info: () => undefined } });
process.stdout.write(`${JSON.stringify({ url, pid, adopted })}\n`);
setInterval(() => undefined, 60_000);

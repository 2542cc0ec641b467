import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { processState } from '../../src/postgres/server-state.ts';
import { temporaryHome } from '../support/home.ts';

// Incident: where the first process of a container never collects the dead, the pid of a killed server stays a
// zombie for good, and PostgreSQL refuses to start because "another postmaster is running".
test.runIf(process.platform === 'linux')('starts over a killed server whose pid stays a zombie', async () => {
  await using place = await temporaryHome();
  const server = await place.start();
  const data = join(place.home, 'postgres', 'data');
  const { uid, gid } = await stat(data);
  const { parent, zombie } = await makeZombie(uid, gid);
  process.kill(server.pid, 'SIGKILL');
  while ((await processState(server.pid)) !== 'gone') await new Promise(setImmediate);
  const file = join(data, 'postmaster.pid');
  await writeFile(file, (await readFile(file, 'utf8')).replace(/^\d+/, String(zombie)));

  expect(await processState(zombie)).toBe('zombie');
  expect(await place.start()).toMatchObject({ adopted: false });
  parent.kill('SIGKILL');
});

// Incident: server and worker both started the killed database again. The slower one removed the postmaster.pid that it
// had looked at before, which by then was that of the server that the faster one had made.
test.runIf(process.platform === 'linux')(
  'of many starts over a killed server one makes the server, and its postmaster.pid stays',
  async () => {
    await using place = await temporaryHome();
    let { pid } = await place.start({ durable: false });
    const data = join(place.home, 'postgres', 'data');
    const file = join(data, 'postmaster.pid');
    const { uid, gid } = await stat(data);
    const { parent, zombie } = await makeZombie(uid, gid);
    for (let round = 0; round < 5; round += 1) {
      process.kill(pid, 'SIGKILL');
      while ((await processState(pid)) !== 'gone') await new Promise(setImmediate);
      await writeFile(file, (await readFile(file, 'utf8')).replace(/^\d+/, String(zombie)));
      const starts = Array.from({ length: 8 }, async () => place.start({ durable: false }));
      const started = await Promise.all(starts);

      expect(started.filter((server) => !server.adopted)).toHaveLength(1);
      expect(new Set(started.map((server) => server.pid)).size).toBe(1);
      pid = started[0]?.pid ?? 0;
      expect(Number.parseInt(await readFile(file, 'utf8'), 10)).toBe(pid);
    }
    parent.kill('SIGKILL');
  },
);

/** A shell that becomes `sleep` never collects the child that it started before. */
async function makeZombie(uid: number, gid: number): Promise<{ parent: ChildProcess; zombie: number }> {
  const ids = process.geteuid?.() === 0 ? { uid, gid } : {};
  const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 600'], { ...ids, cwd: '/' });
  const zombie = Number(String(await new Promise((resolve) => parent.stdout.once('data', resolve))));
  while ((await processState(zombie)) !== 'zombie') await new Promise(setImmediate);
  return { parent, zombie };
}

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { benchPayloads } from '../../bench/intake/payloads.ts';
import { testDatabase } from '../support/database.ts';
import { addRepository, answerTo, send } from './deliveries.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

const mebibyte = 1024 * 1024;
const huge = 200 * mebibyte;

/** The most memory that the process has had so far, in bytes. */
async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

async function sendNormalOnes(server: ServerProcess, count: number): Promise<void> {
  const payloads = benchPayloads();
  for (let sent = 0; sent < count; sent += 10) {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => {
        const payload = payloads[index % payloads.length];
        return send(server, { body: payload?.body ?? '', event: payload?.event ?? '' });
      }),
    );
    for (const { status } of answers) expect(status).toBe(200);
  }
}

/** Sends as much of a body as the server takes, as fast as it takes it, and resolves with the status. */
async function sendHuge(port: number, headers: Readonly<Record<string, string>>): Promise<number> {
  const request = http.request({
    host: '127.0.0.1',
    port,
    method: 'POST',
    path: '/api/github/webhooks',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'issues',
      'x-github-delivery': randomUUID(),
      ...headers,
    },
    agent: false,
  });
  const answered = answerTo(request);
  const chunk = Buffer.alloc(mebibyte, 'x');
  // The server hangs up on a sender that it has refused.
  request.on('error', () => undefined);
  for (let sent = 0; sent < huge && !request.destroyed; sent += chunk.length) {
    if (!request.write(chunk)) await Promise.race([once(request, 'drain'), once(request, 'close')]);
  }
  request.end();
  return (await answered).status;
}

test('a POST of 200 MB without a signature is refused and costs the server less than 10 MB', async () => {
  await using database = await testDatabase();
  await addRepository(database.db, 4242, 'collect');
  await using server = await startServerProcess(database.url);
  await sendNormalOnes(server, 500);
  const before = await peakMemory(server.pid);

  const announced = await sendHuge(server.port, { 'content-length': String(huge) });
  const chunked = await sendHuge(server.port, { 'transfer-encoding': 'chunked' });

  const grown = (await peakMemory(server.pid)) - before;
  expect([announced, chunked]).toEqual([413, 411]);
  expect(before).toBeGreaterThan(50 * mebibyte);
  expect(grown).toBeLessThan(10_000_000);
});

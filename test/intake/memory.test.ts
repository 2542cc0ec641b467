import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import net from 'node:net';
import { expect, test } from 'vitest';
import { benchPayloads } from '../../bench/intake/payloads.ts';
import { testDatabase } from '../support/database.ts';
import { addRepository, send } from './deliveries.ts';
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

/** Goes on sending, whatever is answered, until all is sent or the server hangs up; resolves with the status. */
async function sendHuge(port: number, length: string, frame: (chunk: Buffer) => Buffer): Promise<number> {
  const socket = net.connect(port, '127.0.0.1');
  const said: string[] = [];
  socket.on('data', (data: Buffer) => said.push(data.toString('utf8')));
  // The server hangs up on a sender that it has refused.
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(
    `POST /api/github/webhooks HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n` +
      `x-github-event: issues\r\nx-github-delivery: ${randomUUID()}\r\n${length}\r\n\r\n`,
  );
  const chunk = frame(Buffer.alloc(mebibyte, 'x'));
  for (let sent = 0; sent < huge && socket.writable; sent += mebibyte) {
    const drained = new Promise((resolve) => socket.once('drain', resolve));
    if (!socket.write(chunk)) await Promise.race([drained, closed]);
  }
  socket.end(frame(Buffer.alloc(0)));
  await closed;
  return Number(/^HTTP\/1\.1 (\d+) /.exec(said.join(''))?.[1]);
}

function framed(chunk: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]);
}

test('a POST of 200 MB without a signature is refused and costs the server less than 10 MB', async () => {
  await using database = await testDatabase();
  await addRepository(database.db, 4242, 'collect');
  await using server = await startServerProcess(database.url);
  await sendNormalOnes(server, 500);
  const before = await peakMemory(server.pid);

  const announced = await sendHuge(server.port, `content-length: ${huge}`, (chunk) => chunk);
  const chunked = await sendHuge(server.port, 'transfer-encoding: chunked', framed);

  const grown = (await peakMemory(server.pid)) - before;
  expect([announced, chunked]).toEqual([413, 411]);
  expect(before).toBeGreaterThan(50 * mebibyte);
  expect(grown).toBeLessThan(10_000_000);
});

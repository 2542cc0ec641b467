import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { benchPayloads } from '../../bench/intake/payloads.ts';
import { testDatabase } from '../support/database.ts';
import { framed, huge, mebibyte, peakMemory, sendHuge } from '../support/huge-body.ts';
import { addRepository, send } from './deliveries.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

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

function head(length: string): string {
  return (
    `POST /api/github/webhooks HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n` +
    `x-github-event: issues\r\nx-github-delivery: ${randomUUID()}\r\n${length}\r\n\r\n`
  );
}

test('a POST of 200 MB without a signature is refused and costs the server less than 10 MB', async () => {
  await using database = await testDatabase();
  await addRepository(database.db, 4242, 'collect');
  await using server = await startServerProcess(database.url);
  await sendNormalOnes(server, 500);
  const before = await peakMemory(server.pid);

  const announced = await sendHuge(server.port, head(`content-length: ${huge}`), (chunk) => chunk);
  const chunked = await sendHuge(server.port, head('transfer-encoding: chunked'), framed);

  const grown = (await peakMemory(server.pid)) - before;
  expect([announced, chunked]).toEqual([413, 411]);
  expect(before).toBeGreaterThan(50 * mebibyte);
  expect(grown).toBeLessThan(10_000_000);
});

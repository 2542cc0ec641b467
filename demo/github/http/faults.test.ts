import { expect, test } from 'vitest';
import { rehearse } from '../rehearsal.ts';

const path = '/api/v3/repos/octo-org/lib';

test('each fault hits as many matching requests as asked for and then stops', async () => {
  await using stage = await rehearse();
  const { github } = stage;
  const ask = (headers: Record<string, string> = {}): Promise<Response> =>
    fetch(github.url + path, { headers });
  github.faults.onRequest({ kind: 'status', status: 502 }, { path: '/repos/octo-org/lib' }, 2);
  github.faults.onRequest({ kind: 'rate_limit', resetSeconds: 30 }, { method: 'GET' });
  github.faults.onRequest({ kind: 'secondary_limit', retryAfterSeconds: 7 });
  github.faults.onRequest({ kind: 'status', status: 404 });
  github.faults.onRequest({ kind: 'status', status: 500 }, { method: 'DELETE' });
  expect((await ask()).status).toBe(502);
  expect((await ask()).status).toBe(502);
  const limited = await ask();
  expect([limited.status, limited.headers.get('x-ratelimit-remaining')]).toEqual([403, '0']);
  expect((await ask()).headers.get('retry-after')).toBe('7');
  expect((await ask()).status).toBe(404);
  const fine = await ask();
  expect(fine.status).toBe(200);
  expect((await ask({ 'if-none-match': fine.headers.get('etag') ?? '' })).status).toBe(304);
  expect(github.requests.where({ path }).map(({ status }) => status)).toEqual([
    502, 502, 403, 403, 404, 200, 304,
  ]);
});

test('a cut answer, a reset connection and a hanging one fail at the client', async () => {
  await using stage = await rehearse();
  const { github } = stage;
  github.faults.onRequest({ kind: 'cut', afterBytes: 20 });
  await expect(fetch(github.url + path).then((answer) => answer.text())).rejects.toThrow('terminated');
  github.faults.onRequest({ kind: 'reset' });
  await expect(fetch(github.url + path)).rejects.toThrow('fetch failed');
  github.faults.onRequest({ kind: 'hang' });
  await expect(fetch(github.url + path, { signal: AbortSignal.timeout(50) })).rejects.toThrow('timeout');
  expect((await fetch(github.url + path)).status).toBe(200);
});

test('an installation that used up its hour gets 403 and can still ask how much is left', async () => {
  await using stage = await rehearse({ hourlyLimit: 2 });
  const ask = (where: string): Promise<Response> => fetch(`${stage.github.apiUrl}${where}`);
  await ask('/repos/octo-org/lib');
  const second = await ask('/repos/octo-org/lib');
  expect(second.headers.get('x-ratelimit-remaining')).toBe('0');
  expect((await ask('/repos/octo-org/lib')).status).toBe(403);
  expect(await (await ask('/rate_limit')).json()).toMatchObject({ rate: { limit: 2, remaining: 0 } });
});

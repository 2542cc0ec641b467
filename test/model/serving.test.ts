import { expect, test } from 'vitest';
import { proveModel } from '../../src/model/prove-model.ts';
import { retireAdapter } from '../../src/model/retire-adapter.ts';
import { serveAdapter } from '../../src/model/serve-adapter.ts';
import { type ModelServer, vllmServer } from '../../src/model/vllm-server.ts';
import { type ServerUnderTest, startModelServer } from './server-under-test.ts';

const key = 'a key of the test';
const adapter = {
  name: 'mendloop-r-20261122-s8',
  path: '/rounds/r-20261122/out/adapter',
  base: '/models/base',
};
const patient = { waitMs: 5000, pollMs: 5 };

function client({ url }: ServerUnderTest, loadTimeoutMs = 5000): ModelServer {
  return vllmServer({ url, key, timeoutMs: 5000, loadTimeoutMs });
}

test('an adapter is loaded on every replica under its own name, and proves there what it is', async () => {
  await using one = await startModelServer(key);
  await using two = await startModelServer(key);
  const fingerprint = await serveAdapter([client(one), client(two)], adapter);
  expect([...one.adapters]).toEqual([[adapter.name, adapter.path]]);
  expect([...two.adapters]).toEqual([[adapter.name, adapter.path]]);
  expect(fingerprint).toHaveLength(3);
});

test('what is loaded already is proven again and not loaded twice', async () => {
  await using server = await startModelServer(key);
  const first = await serveAdapter([client(server)], adapter);
  const again = await serveAdapter([client(server)], adapter);
  expect(again).toEqual(first);
  expect(server.calls.filter((call) => call.includes('/load_lora'))).toHaveLength(1);
});

test('a name that means another folder there is refused, and never loaded in place', async () => {
  await using server = await startModelServer(key);
  server.adapters.set(adapter.name, '/rounds/other/out/adapter');
  await expect(serveAdapter([client(server)], adapter)).rejects.toMatchObject({ code: 'model_refused' });
  expect(server.calls).toEqual(['GET /v1/models']);
});

test('an adapter of another base than the one that runs there is refused and unloaded again', async () => {
  await using server = await startModelServer(key);
  const other = { ...adapter, base: '/rounds/r-20261121/out/model' };
  await expect(serveAdapter([client(server)], other)).rejects.toThrow('and the server runs /models/base');
  expect(server.adapters.size).toBe(0);
});

test.for([
  { name: 'is listed with another folder', faults: { wrongRoot: '/rounds/other' } },
  { name: 'answers as the base does', faults: { weights: 'base' } },
  { name: 'answers under another name', faults: { answersAs: 'mendloop-r-20261121-s8' } },
])('an adapter that $name is refused and unloaded again', async ({ faults }) => {
  await using server = await startModelServer(key, faults);
  await expect(serveAdapter([client(server)], adapter)).rejects.toMatchObject({ code: 'model_refused' });
  expect(server.adapters.size).toBe(0);
});

test('a replica that answers with other weights is found, and the first one is cleaned too', async () => {
  await using one = await startModelServer(key);
  await using two = await startModelServer(key, { weights: '/rounds/other/out/adapter' });
  const served = serveAdapter([client(one), client(two)], adapter);
  await expect(served).rejects.toThrow('answers otherwise than on the first replica');
  expect(one.adapters.size + two.adapters.size).toBe(0);
});

test('a load that the server refuses is refused, one that fails is tried again later', async () => {
  await using server = await startModelServer(key, { loadStatus: 400 });
  await expect(serveAdapter([client(server)], adapter)).rejects.toMatchObject({ code: 'model_refused' });
  server.faults.loadStatus = 503;
  await expect(serveAdapter([client(server)], adapter)).rejects.toMatchObject({
    code: 'model_unreachable',
  });
});

test('a load whose answer was lost, and that was done all the same, is success', async () => {
  await using server = await startModelServer(key, { loadStatus: 500, loadsAnyway: true });
  await serveAdapter([client(server)], adapter);
  expect(server.adapters.get(adapter.name)).toBe(adapter.path);
});

test('a load that takes too long ends in time, and the next call goes on with it', async () => {
  await using server = await startModelServer(key, { loadMs: 400 });
  const early = serveAdapter([client(server, 50)], adapter);
  await expect(early).rejects.toMatchObject({ code: 'model_unreachable' });
  await expect.poll(() => server.adapters.size).toBe(1);
  await serveAdapter([client(server, 50)], adapter);
  expect(server.calls.filter((call) => call.includes('/load_lora'))).toHaveLength(1);
});

test('a server that is gone, garbles its answers or wants another key is told by code', async () => {
  await using garbled = await startModelServer(key, { garbled: true });
  await using locked = await startModelServer('another key');
  const gone = await startModelServer(key);
  await gone[Symbol.asyncDispose]();
  await expect(client(garbled).models()).rejects.toMatchObject({ code: 'model_refused' });
  await expect(client(locked).models()).rejects.toMatchObject({ code: 'model_refused' });
  await expect(client(gone).models()).rejects.toMatchObject({ code: 'model_unreachable' });
});

test('a whole model is served where the server was started with it under its name, and nowhere else', async () => {
  const whole = { name: 'mendloop-r-20261123-s8', path: '/rounds/r-20261123/out/model' };
  await using right = await startModelServer(key, { serves: whole.name, root: whole.path });
  await using renamed = await startModelServer(key, { serves: whole.name, root: '/models/another' });
  await using other = await startModelServer(key);
  await proveModel([client(right)], whole);
  for (const wrong of [renamed, other]) {
    const proven = proveModel([client(right), client(wrong)], whole);
    await expect(proven).rejects.toThrow(`start the server with ${whole.path} and --served-model-name`);
  }
});

test('an adapter is unloaded after its last request, from every replica', async () => {
  await using one = await startModelServer(key);
  await using two = await startModelServer(key);
  const servers = [client(one), client(two)];
  await serveAdapter(servers, adapter);
  one.running = { name: adapter.name, looks: 3 };
  await retireAdapter(servers, adapter.name, patient);
  await retireAdapter(servers, adapter.name, patient);
  const looks = one.calls.slice(0, one.calls.indexOf('POST /v1/unload_lora_adapter'));
  expect(looks.filter((call) => call === 'GET /metrics')).toHaveLength(5);
  expect(one.adapters.size + two.adapters.size).toBe(0);
});

test('an adapter with endless requests stays loaded', async () => {
  await using server = await startModelServer(key);
  await serveAdapter([client(server)], adapter);
  server.running = { name: adapter.name, looks: 1_000_000 };
  const retired = retireAdapter([client(server)], adapter.name, { waitMs: 60, pollMs: 5 });
  await expect(retired).rejects.toMatchObject({ code: 'model_unreachable' });
  expect(server.adapters.has(adapter.name)).toBe(true);
});

test('a server that keeps what it was told to unload is refused', async () => {
  await using server = await startModelServer(key, { unloadDoesNothing: true });
  await serveAdapter([client(server)], adapter);
  const retired = retireAdapter([client(server)], adapter.name, patient);
  await expect(retired).rejects.toMatchObject({ code: 'model_refused' });
});

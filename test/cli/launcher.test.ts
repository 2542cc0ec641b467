import { expect, test } from 'vitest';
import { temporaryHome } from '../support/home.ts';
import { mendloop, start } from './mendloop.ts';

/** Makes this Node look like an old one, so that the launcher has to find another. */
const old = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } })`;
const asOld = ['--import', old];

test.each([
  ['a Node that is new enough', []],
  ['an old Node, by the one of the package', asOld],
])('the launcher runs the command line with %s and gives its status', async (_name, launcher) => {
  const version = await mendloop(['--version'], { launcher });
  const wrong = await mendloop(['frobnicate'], { launcher });
  expect(version).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
  expect(wrong).toMatchObject({ status: 2, stdout: '' });
});

test('the launcher passes input on', async () => {
  const input = '{"kind":"ratio","a":"x","b":"x"}\n';
  const { stdout } = await mendloop(['reward', '--in', '-'], { launcher: asOld, input });
  expect(JSON.parse(stdout)).toMatchObject({ reward: 1 });
});

test('the launcher passes a signal on and waits for the orderly end', async () => {
  await using place = await temporaryHome();
  const env = { MENDLOOP_HOME: place.home, PORT: '0', LOG_LEVEL: 'error' };
  const up = start(['up', '--json'], { launcher: asOld, env });
  await up.said('\n');
  up.child.kill('SIGTERM');
  expect((await up.ended).status).toBe(0);
  expect((await mendloop(['database', 'status'], { env })).stdout).toContain('stopped');
});

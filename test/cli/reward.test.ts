import { expect, test } from 'vitest';
import golden from '../fixtures/reward-golden.json' with { type: 'json' };
import { type Answer, mendloop } from './mendloop.ts';

const cases = golden.cases.map(({ kind, ...rest }, id) => ({ id, kind, ...rest }));
const input = cases.map((row) => JSON.stringify(row)).join('\n');

function score(args: string[], rows: string | Uint8Array = input): Promise<Answer> {
  return mendloop(['reward', '--in', '-', ...args], { input: rows });
}

function ids({ stdout }: Answer): unknown[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id?: unknown }).id);
}

test('rows are answered in their order, on one thread as on three', async () => {
  const many = Array.from({ length: 20 }, () => input).join('\n');
  const one = await score([], many);
  const three = await score(['--jobs', '3'], many);
  expect(ids(one).slice(0, cases.length)).toEqual(cases.map(({ id }) => id));
  expect(three.stdout).toBe(one.stdout);
  expect(three.status).toBe(one.status);
});

test('a bad row is answered in its place, the rest goes on, and the status is 1', async () => {
  const good = JSON.stringify({ kind: 'ratio', a: 'same', b: 'same', id: 'kept' });
  const rows = ['not json', '', '{"kind":"else","id":5}', good];
  const { status, stdout, stderr } = await score([], rows.join('\r\n'));
  expect(status).toBe(1);
  expect(stderr).toContain('2 of 3 rows could not be read');
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toMatchObject([
    { error: 'bad_row', message: 'the line is not JSON' },
    { error: 'bad_row', id: 5 },
    { reward: 1, error: null, id: 'kept' },
  ]);
});

test('bytes that are no UTF-8 make a bad row, never a changed text', async () => {
  const { status, stdout } = await score([], Buffer.from([0x22, 0xff, 0x22, 0x0a]));
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ error: 'bad_row', message: 'the line is not UTF-8' });
});

test('a line separator of Unicode inside a text does not end the row', async () => {
  const { status, stdout } = await score([], '{"kind":"ratio","a":"x\u2028y","b":"x\u2028y"}\n');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ reward: 1 });
});

test('no rows give no answer', async () => {
  expect(await score([], '')).toEqual({ status: 0, stdout: '', stderr: '' });
});

test('a missing file and an unknown formula are told apart', async () => {
  const missing = await mendloop(['reward', '--in', 'no-such-file.jsonl']);
  const unknown = await score(['--formula', 'other/9']);
  expect(missing.status).toBe(1);
  expect(missing.stderr).toContain('mendloop: input_invalid: the file of --in cannot be read');
  expect(unknown.status).toBe(2);
  expect((await mendloop(['reward'])).status).toBe(2);
});

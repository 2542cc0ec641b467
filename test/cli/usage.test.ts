import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mendloop, packageFolder } from './mendloop.ts';

test('the help names every command, and the help of one names its options', async () => {
  const all = await mendloop([]);
  const one = await mendloop(['help', 'instance', 'export']);
  const same = await mendloop(['instance', 'export', '--help']);
  expect(all).toMatchObject({ status: 0, stderr: '' });
  for (const name of ['up', 'doctor', 'config check', 'instance export', 'reward'])
    expect(all.stdout).toContain(`  ${name} `);
  expect(one.stdout).toContain('--format FORMAT');
  expect(same.stdout).toBe(one.stdout);
});

test('the version is the one of the package', async () => {
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as {
    version: string;
  };
  expect(await mendloop(['--version'])).toMatchObject({ status: 0, stdout: `${version}\n` });
});

test.each([
  ['an unknown command', ['frobnicate'], 'there is no command frobnicate'],
  ['a missing argument', ['instance', 'show'], 'usage: mendloop instance show ID'],
  ['a limit that is no number', ['instance', 'list', '--limit', 'many'], '--limit must be a whole number'],
  ['a status that does not exist', ['instance', 'list', '--status', 'new'], '--status must be one of'],
  ['neither an id nor --all', ['jobs', 'requeue'], 'give either the id of a job or --all'],
])('%s is wrong usage, status 2', async (_name, args, message) => {
  const answer = await mendloop(args);
  expect(answer).toMatchObject({ status: 2, stdout: '' });
  expect(answer.stderr).toContain(`mendloop: usage: ${message}`);
  expect(answer.stderr).toContain('  Run `mendloop help`.');
});

test('`config check` shows the settings in force and hides secrets', async () => {
  const secret = 'x'.repeat(40);
  const env = { APP_ID: '12', PRIVATE_KEY: 'pem', WEBHOOK_SECRET: secret, PORT: '4000' };
  const text = await mendloop(['config', 'check'], { env });
  const json = await mendloop(['config', 'check', '--json'], { env });
  expect(text).toMatchObject({ status: 0, stderr: '' });
  expect(text.stdout + json.stdout).not.toContain(secret);
  const { valid, settings } = JSON.parse(json.stdout) as {
    valid: boolean;
    settings: { name: string; value: string }[];
  };
  expect(valid).toBe(true);
  expect(settings.find(({ name }) => name === 'PORT')?.value).toBe('4000');
  expect(settings.find(({ name }) => name === 'WEBHOOK_SECRET')?.value).toBe('(set)');
});

test('a setting that does not fit is named, status 3', async () => {
  const env = { WEBHOOK_SECRET: 'short' };
  const checked = await mendloop(['config', 'check', '--json'], { env });
  const refused = await mendloop(['instance', 'list'], { env });
  expect(checked.status).toBe(3);
  expect(JSON.parse(checked.stdout)).toMatchObject({ valid: false, error: { code: 'config_invalid' } });
  expect(refused).toMatchObject({ status: 3, stdout: '' });
  expect(refused.stderr).toContain(
    'mendloop: config_invalid: WEBHOOK_SECRET must have at least 32 characters',
  );
});

test('no colour reaches a pipe, with or without NO_COLOR', async () => {
  const plain = await mendloop(['config', 'check']);
  const asked = await mendloop(['config', 'check'], { env: { NO_COLOR: '1' } });
  expect(plain.stdout).not.toContain('\u001b');
  expect(asked.stdout).toBe(plain.stdout);
});

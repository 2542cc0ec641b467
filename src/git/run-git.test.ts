import { expect, test } from 'vitest';
import { gitEnvironment } from './environment.ts';
import { gitVersion } from './run-git.ts';

const environment = gitEnvironment({ PATH: process.env['PATH'] });

test('the version is a number without the words around it', async () => {
  expect(await gitVersion(environment)).toMatch(/^\d+\.\d+/);
});

test('a git that is not there is a typed failure', async () => {
  await expect(gitVersion(environment, 'no-such-git')).rejects.toMatchObject({ code: 'git_failed' });
});

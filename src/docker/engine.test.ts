import { expect, test, vi } from 'vitest';
import { readEngine } from './engine.ts';

test('an engine that does not answer is a typed failure', async () => {
  vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:1');
  await expect(readEngine()).rejects.toMatchObject({ code: 'docker_unreachable' });
  vi.unstubAllEnvs();
});

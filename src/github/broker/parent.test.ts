import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { type BrokerProcess, openBroker } from './parent.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const entry = fileURLToPath(new URL('../../main/broker.ts', import.meta.url));

let broker: BrokerProcess | null = null;

function open(key = pem): BrokerProcess {
  const env = {
    PATH: process.env['PATH'],
    APP_ID: '42',
    GITHUB_API_URL: 'http://127.0.0.1:9',
    PRIVATE_KEY: key,
  };
  broker = openBroker({ entry, env });
  return broker;
}

afterEach(() => broker?.[Symbol.asyncDispose]());

const asApp = { want: 'app', kind: 'installation.sync' } as const;

describe('the broker process', () => {
  it('signs in a process of its own, which alone has the key', async () => {
    const opened = open();
    const { token } = await opened.token(asApp);
    expect(token.split('.')).toHaveLength(3);
    expect(opened.pid).not.toBe(process.pid);
    const environment = readFileSync(`/proc/${opened.pid}/environ`, 'utf8');
    expect(environment).toContain('PRIVATE_KEY=');
    expect(Object.keys(process.env)).not.toContain('PRIVATE_KEY');
  });

  it('refuses what is not declared with its own code', async () => {
    const undeclared = expect.objectContaining({ code: 'permission_undeclared' });
    await expect(open().token({ want: 'app', kind: 'collect.pull' })).rejects.toThrow(undeclared);
  });

  it('says which GitHub it could not reach as a failure that passes', async () => {
    const request = {
      want: 'installation',
      kind: 'collect.pull',
      installation_id: 1,
      repository_id: 2,
    } as const;
    await expect(open().token(request)).rejects.toThrow(
      expect.objectContaining({ code: 'github_unavailable' }),
    );
  });

  it('answers many at once, each with its own', async () => {
    const opened = open();
    const answers = await Promise.allSettled([
      opened.token(asApp),
      opened.token({ want: 'app', kind: 'collect.issue' }),
      opened.token(asApp),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('is started again when it was killed', async () => {
    const opened = open();
    await opened.token(asApp);
    const first = opened.pid;
    process.kill(first ?? 0, 'SIGKILL');
    while (opened.pid === first) await new Promise((resolve) => setTimeout(resolve, 10));
    await opened.token(asApp);
    expect(opened.pid).not.toBe(first);
  });

  it('lets what waits for it be tried again when it is killed', async () => {
    const opened = open();
    const waiting = opened.token(asApp);
    process.kill(opened.pid ?? 0, 'SIGKILL');
    await expect(waiting).rejects.toThrow(expect.objectContaining({ code: 'cancelled', retry: 'soon' }));
  });

  it('fails what waits for it when its key is none', async () => {
    await expect(open('no key').token(asApp)).rejects.toThrow(
      expect.objectContaining({ code: 'github_unauthorized' }),
    );
  });
});

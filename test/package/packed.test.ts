import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const execute = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** What a person's shell would have: no Node of ours in front of the machine's. */
function personsEnvironment(home: string): NodeJS.ProcessEnv {
  const kept = [
    'PATH',
    'HOME',
    'TMPDIR',
    'SSL_CERT_FILE',
    'NODE_EXTRA_CA_CERTS',
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'NO_PROXY',
  ];
  const own = Object.fromEntries(kept.map((name) => [name, process.env[name]]));
  const path = (own['PATH'] ?? '')
    .split(':')
    .filter((folder) => !folder.startsWith(root))
    .join(':');
  return { ...own, PATH: path, MENDLOOP_HOME: home };
}

async function untilReady(url: string): Promise<boolean> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const ready = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

describe('the packed tarball, installed elsewhere', () => {
  let folder: string;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mendloop-packed-'));
    await chmod(folder, 0o755);
    environment = personsEnvironment(join(folder, 'home'));
    await execute('npm', ['pack', '--pack-destination', folder], { cwd: root, env: environment });
    const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
    await writeFile(join(folder, 'package.json'), '{"private":true}');
    const install = ['install', '--no-audit', '--no-fund', join(folder, tarball ?? '')];
    await execute('npm', install, { cwd: folder, env: environment });
  }, 300_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('runs `npx mendloop doctor` with nothing configured', async () => {
    const { stdout } = await execute('npx', ['mendloop', 'doctor', '--json'], {
      cwd: folder,
      env: environment,
    });

    const states = new Set(
      stdout
        .trim()
        .split('\n')
        .flatMap((line) => [...line.matchAll(/"state":\s*"(\w+)"/g)].map(([, state]) => state)),
    );
    expect(states.has('ok')).toBe(true);
    expect(states.has('fail')).toBe(false);
  });

  it('holds the reward server, which serves from a folder with no other file on the Node of the machine', async () => {
    const alone = join(folder, 'alone');
    await mkdir(alone);
    await copyFile(
      join(folder, 'node_modules', 'mendloop', 'dist', 'reward-server.mjs'),
      join(alone, 'reward-server.mjs'),
    );
    const oracles = join(folder, 'oracles.jsonl');
    await writeFile(oracles, '{"id":"one","kind":"unidiff","oracle":[]}');
    const args = ['reward-server.mjs', '--oracles', oracles, '--formula', 'paper/1', '--port', '0'];
    const env = { PATH: environment['PATH'], MENDLOOP_REWARD_TOKEN: 'packed' };
    const server = spawn('node', args, { cwd: alone, env, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise((resolve) => server.once('exit', resolve));
    try {
      const [said] = (await once(server.stdout, 'data')) as [Buffer];
      const { url } = JSON.parse(said.toString()) as { url: string };
      const scored = await fetch(`${url}/v1/score`, {
        method: 'POST',
        headers: { authorization: 'Bearer packed', 'content-type': 'application/json' },
        body: '{"items":[{"k":"0","id":"one","text":""}]}',
      });
      expect(await scored.json()).toMatchObject({ scores: [{ k: '0', ok: true, score: 1 }] });
    } finally {
      server.kill('SIGTERM');
    }
    expect(await ended).toBe(0);
  });

  it('runs `npx mendloop up`, serves the dashboard, and ends on SIGTERM', async () => {
    const port = await freePort();
    const env = { ...environment, PORT: String(port) };
    const up = spawn('npx', ['mendloop', 'up'], { cwd: folder, env, stdio: 'ignore' });
    const ended = new Promise((resolve) => up.once('exit', resolve));
    const url = `http://127.0.0.1:${port}`;
    try {
      expect(await untilReady(url)).toBe(true);
      const page = await fetch(url);
      expect(page.status).toBe(200);
      expect(await page.text()).toContain('Mendloop');
    } finally {
      up.kill('SIGTERM');
      await ended;
    }

    const gone = async () => {
      const answer = await fetch(url).catch(() => null);
      if (answer !== null) throw new Error('it still serves');
    };
    await expect
      .poll(
        () =>
          gone().then(
            () => true,
            () => false,
          ),
        { timeout: 30_000 },
      )
      .toBe(true);
  });
});

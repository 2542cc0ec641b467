import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { App, Octokit } from 'octokit';
import { gitEnvironment } from './git/run.ts';
import { startLoopbackGitHub, type LoopbackGitHub, type LoopbackOptions } from './server.ts';
import type { Permissions } from './state/types.ts';

const run = promisify(execFile);

/** A temporary folder that goes when it is disposed of. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'loopback-github-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Runs a real git client, without any configuration of this machine. */
export async function gitClient(cwd: string, ...args: readonly string[]): Promise<string> {
  const env = gitEnvironment({
    GIT_AUTHOR_NAME: 'octo-dev',
    GIT_AUTHOR_EMAIL: 'octo-dev@localhost',
    GIT_AUTHOR_DATE: '2024-01-01T00:00:00Z',
    GIT_COMMITTER_NAME: 'octo-dev',
    GIT_COMMITTER_EMAIL: 'octo-dev@localhost',
    GIT_COMMITTER_DATE: '2024-01-01T00:00:00Z',
  });
  const { stdout } = await run('git', args, { cwd, env, maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}

/** Writes the files, commits them on the branch that is checked out and gives the commit. */
export async function commitFiles(
  dir: string,
  message: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  await gitClient(dir, 'add', '--all');
  await gitClient(dir, 'commit', '--quiet', '-m', message);
  return gitClient(dir, 'rev-parse', 'HEAD');
}

export interface Heard {
  readonly event: string;
  readonly action: string | null;
  readonly guid: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly payload: Record<string, never>;
}

/** A webhook receiver that keeps what it hears; `answer` decides the status. */
export async function startReceiver(answer: () => number = () => 200) {
  const heard: Heard[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const payload = JSON.parse(body) as Record<string, never>;
      const { headers } = req;
      const event = String(headers['x-github-event']);
      const guid = String(headers['x-github-delivery']);
      heard.push({ event, action: payload['action'] ?? null, guid, headers, body, payload });
      res.writeHead(answer()).end('heard');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/webhooks`,
    heard,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const webhookSecret = 'a-secret-of-at-least-32-characters!';

export const allEvents =
  'issues issue_comment pull_request pull_request_review pull_request_review_comment push create delete fork repository'.split(
    ' ',
  );

/**
 * A loopback GitHub on which `octo-org/lib` exists with one commit on `main`, a `fix` branch of two commits in the
 * source folder, an app that is installed there, and a receiver that hears its webhooks.
 */
export async function rehearse(
  options: Partial<LoopbackOptions> & { readonly private?: boolean; readonly permissions?: Permissions } = {},
) {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder());
  const receiver = stack.use(await startReceiver());
  const source = join(folder.path, 'source');
  const commits = await makeSource(source);
  const github: LoopbackGitHub = stack.use(
    await startLoopbackGitHub({ dir: folder.path, validate: true, ...options }),
  );
  const permissions = options.permissions ?? { issues: 'read', pull_requests: 'read', contents: 'read' };
  const app = await github.registerApp({
    permissions,
    events: allEvents,
    webhookUrl: receiver.url,
    webhookSecret,
  });
  github.createAccount({ login: 'octo-org', type: 'Organization' });
  const isPrivate = options.private ?? false;
  await github.createRepository({
    owner: 'octo-org',
    name: 'lib',
    private: isPrivate,
    fromGit: source,
    sha: commits.base,
  });
  const { installationId } = github.install({
    appId: app.appId,
    account: 'octo-org',
    repositories: ['octo-org/lib'],
  });
  const quiet = { throttle: { enabled: false }, retry: { enabled: false } };
  const Client = Octokit.defaults({ ...quiet, baseUrl: github.apiUrl });
  const owned = stack.move();
  return {
    github,
    app,
    installationId,
    receiver,
    source,
    ...commits,
    folder: folder.path,
    appClient: new App({ appId: app.appId, privateKey: app.privateKeyPem, Octokit: Client }).octokit,
    client: (auth?: string) => new Client(auth === undefined ? {} : { auth }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

export type Rehearsal = Awaited<ReturnType<typeof rehearse>>;

/** Mints a token through the API, narrowed to what is named. */
export async function mintToken(
  stage: Rehearsal,
  body: {
    readonly permissions?: Readonly<Record<string, 'read' | 'write'>>;
    readonly repositories?: string[];
  } = {},
): Promise<string> {
  const route = 'POST /app/installations/{installation_id}/access_tokens';
  const { data } = await stage.appClient.request(route, { installation_id: stage.installationId, ...body });
  return data.token;
}

async function makeSource(dir: string): Promise<{ base: string; first: string; second: string }> {
  await mkdir(dir, { recursive: true });
  await gitClient(dir, 'init', '--quiet', '-b', 'main');
  const license =
    'MIT License\n\nPermission is hereby granted, free of charge, to any person\nobtaining a copy\n';
  const base = await commitFiles(dir, 'Start', {
    LICENSE: license,
    'src/sum.js': 'let a;\nlet b;\nlet c;\n',
  });
  await gitClient(dir, 'checkout', '--quiet', '-b', 'fix');
  const first = await commitFiles(dir, 'Sum rightly', { 'src/sum.js': 'let a;\nlet B;\nlet c;\n' });
  const second = await commitFiles(dir, 'Test it', { 'test/sum é.test.js': 'test();\n' });
  return { base, first, second };
}

import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGunzip } from 'node:zlib';
import { sampleEnvironment } from './sample-repository.test-support.ts';

export interface SampleServer extends AsyncDisposable {
  readonly url: string;
  /** Method, address and `Authorization` of each request, in order. */
  readonly requests: {
    readonly method: string;
    readonly url: string;
    readonly authorization: string | undefined;
  }[];
}

export interface SampleServerOptions {
  /** Folder whose repositories are served. */
  readonly root: string;
  readonly token?: string;
  /** Answers before git does; true when it did. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** git's own HTTP server behind `node:http`, on the loopback interface. */
export async function sampleServer(options: SampleServerOptions): Promise<SampleServer> {
  const requests: SampleServer['requests'] = [];
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    requests.push({ method, url, authorization: headers.authorization });
    if (options.intercept?.(request, response) === true) return;
    if (options.token !== undefined && headers.authorization !== basic(options.token)) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    backend(options.root, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function basic(token: string): string {
  return `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
}

function backend(root: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const child = spawn('git', ['-c', 'safe.directory=*', 'http-backend'], {
    env: {
      ...sampleEnvironment,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  });
  const body = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
  child.stdin.on('error', () => undefined);
  body.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('close', () => answer(response, Buffer.concat(chunks)));
}

function answer(response: ServerResponse, output: Buffer): void {
  const end = output.indexOf('\r\n\r\n');
  for (const line of output.toString('latin1', 0, end).split('\r\n')) {
    const [name = '', ...value] = line.split(': ');
    if (name === 'Status') response.statusCode = Number.parseInt(value.join(''), 10);
    else if (name !== '') response.setHeader(name, value.join(': '));
  }
  response.end(output.subarray(end + 4));
}

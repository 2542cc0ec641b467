import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MendloopError } from '../../domain/errors.ts';
import type { ScoringPool } from '../pool/scoring-pool.ts';
import { createAdmission } from './admission.ts';
import { exposition, single } from './exposition.ts';
import type { ServerOptions } from './options.ts';
import type { Oracles } from './oracles.ts';
import { refusal, refuse, tryLater } from './refusal.ts';
import { isFull, scoreRoute, type ScoreRouteDeps } from './score-route.ts';
import { send, sendJson } from './send.ts';
import { Statistics } from './statistics.ts';

/** Times of Node's server, in milliseconds. */
const checkEveryMs = 500;
/** A trainer posts once a step; its connection should live until the next. */
const keepAliveMs = 600_000;
const maxConnections = 1000;
const maxHeaderBytes = 16 * 1024;
const unsentMs = 1000;

export type RewardServerOptions = Omit<ServerOptions, 'oracles' | 'golden' | 'workers'>;

/** The HTTP side of scoring: `POST /v1/score`, `GET /healthz`, `GET /metrics`. Owns its socket, not the pool. */
export class RewardServer {
  readonly #options: RewardServerOptions;
  readonly #oracles: Oracles;
  readonly #pool: ScoringPool;
  readonly #statistics = new Statistics();
  readonly #server: Server;
  readonly #route: ScoreRouteDeps;
  readonly #stop = new AbortController();
  readonly #atWork = new Set<Promise<void>>();
  #isDraining = false;

  constructor(options: RewardServerOptions, oracles: Oracles, pool: ScoringPool) {
    this.#options = options;
    this.#oracles = oracles;
    this.#pool = pool;
    const admission = createAdmission(options.token, () => isFull({ pool, queue: options.queue }));
    this.#route = { ...options, oracles, pool, admission, statistics: this.#statistics };
    this.#server = createServer(
      {
        maxHeaderSize: maxHeaderBytes,
        headersTimeout: options.bodyMs,
        requestTimeout: options.bodyMs,
        connectionsCheckingInterval: checkEveryMs,
        keepAliveTimeout: keepAliveMs,
      },
      (req, res) => this.#handle(req, res),
    );
    this.#server.maxConnections = maxConnections;
  }

  /** Listens; resolves with its address. A port that cannot be had is `config_invalid`. */
  listen(): Promise<string> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once('error', (cause) =>
        reject(new MendloopError('config_invalid', `cannot listen on port ${port} of ${host}`, { cause })),
      );
      this.#server.listen(port, host, () => resolve(urlOf(this.#server.address() as AddressInfo)));
    });
  }

  /** Answers what is at work, and everything new with 503; resolves when the last connection is closed. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    const timer = setTimeout(() => this.#stop.abort(), this.#options.drainMs);
    while (this.#atWork.size > 0) await Promise.all(this.#atWork);
    clearTimeout(timer);
    await this.#close();
  }

  #close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeIdleConnections();
      setTimeout(() => this.#server.closeAllConnections(), unsentMs).unref();
    });
  }

  #handle(req: IncomingMessage, res: ServerResponse): void {
    res.once('error', () => undefined);
    const path = (req.url ?? '').split('?', 1)[0] ?? '';
    const method = methodOf[path];
    if (method === undefined) refuse(req, res, refusal(404, 'there is no such route'));
    else if (req.method !== method) refuse(req, res, refusal(405, `only ${method} here`, { allow: method }));
    else if (path === '/healthz') this.#health(res);
    else if (path === '/metrics') this.#metrics(res);
    else if (this.#isDraining) refuse(req, res, tryLater(503, 'the server is shutting down'));
    else this.#score(req, res);
  }

  #score(req: IncomingMessage, res: ServerResponse): void {
    const work = scoreRoute(req, res, this.#route, this.#stop.signal);
    this.#atWork.add(work);
    // A failure here is a bug: its request ends without an answer, the others go on.
    void work.catch(() => res.destroy()).finally(() => this.#atWork.delete(work));
  }

  #health(res: ServerResponse): void {
    const isWell = !this.#isDraining && this.#pool.threads > 0;
    sendJson(res, isWell ? 200 : 503, {
      status: this.#isDraining ? 'draining' : isWell ? 'ok' : 'no_workers',
      formula: this.#options.formula,
      oracles: this.#oracles.rows.size,
      oracles_sha256: this.#oracles.sha256,
      spec_sha256: this.#options.specSha256,
      workers: this.#pool.threads,
    });
  }

  #metrics(res: ServerResponse): void {
    const { waiting, running, threads, replaced } = this.#pool;
    const text = exposition([
      ...this.#statistics.families(),
      single('mendloop_reward_queue_depth', 'gauge', 'Items that no worker has taken yet.', waiting),
      single('mendloop_reward_running', 'gauge', 'Items at work.', running),
      single('mendloop_reward_workers', 'gauge', 'Workers that live.', threads),
      single(
        'mendloop_reward_workers_replaced_total',
        'counter',
        'Workers that ended and were replaced.',
        replaced,
      ),
      single('process_resident_memory_bytes', 'gauge', 'Resident memory.', process.memoryUsage.rss()),
    ]);
    send(res, 200, 'text/plain; version=0.0.4; charset=utf-8', text);
  }
}

const methodOf: Readonly<Record<string, 'GET' | 'POST'>> = Object.assign(
  Object.create(null) as object,
  {
    '/v1/score': 'POST',
    '/healthz': 'GET',
    '/metrics': 'GET',
  } as const,
);

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

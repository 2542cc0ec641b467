import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { closeServer, listen } from '../../http/listen.ts';
import { prometheusText, prometheusType, singleMetric } from '../../http/prometheus.ts';
import { send, sendJson } from '../../http/respond.ts';
import type { ScoringPool } from '../pool/scoring-pool.ts';
import { createAdmission } from './admission.ts';
import type { ServerOptions } from './options.ts';
import type { Oracles } from './oracles.ts';
import { refusal, refuseRequest, tryLater } from './refusal.ts';
import { isFull, scoreRoute, type ScoreRouteDeps } from './score-route.ts';
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

  /** Listens and returns the URL. Throws `config_invalid` when the port is taken or not allowed. */
  listen(): Promise<string> {
    return listen(this.#server, this.#options.host, this.#options.port);
  }

  /** Answers what is at work, and everything new with 503; resolves when the last connection is closed. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    const timer = setTimeout(() => this.#stop.abort(), this.#options.drainMs);
    while (this.#atWork.size > 0) await Promise.all(this.#atWork);
    clearTimeout(timer);
    await closeServer(this.#server, unsentMs);
  }

  #handle(req: IncomingMessage, res: ServerResponse): void {
    res.once('error', () => undefined);
    const path = (req.url ?? '').split('?', 1)[0] ?? '';
    const method = methodOf[path];
    if (method === undefined) refuseRequest(req, res, refusal(404, 'there is no such route'));
    else if (req.method !== method)
      refuseRequest(req, res, refusal(405, `only ${method} here`, { allow: method }));
    else if (path === '/healthz') this.#health(res);
    else if (path === '/metrics') this.#metrics(res);
    else if (this.#isDraining) refuseRequest(req, res, tryLater(503, 'the server is shutting down'));
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
    const text = prometheusText([
      ...this.#statistics.families(),
      singleMetric('mendloop_reward_queue_depth', 'gauge', 'Items that no worker has taken yet.', waiting),
      singleMetric('mendloop_reward_running', 'gauge', 'Items at work.', running),
      singleMetric('mendloop_reward_workers', 'gauge', 'Workers that live.', threads),
      singleMetric(
        'mendloop_reward_workers_replaced_total',
        'counter',
        'Workers that ended and were replaced.',
        replaced,
      ),
      singleMetric('process_resident_memory_bytes', 'gauge', 'Resident memory.', process.memoryUsage.rss()),
    ]);
    send(res, 200, prometheusType, text);
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

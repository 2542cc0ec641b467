import { type ChildProcess, fork } from 'node:child_process';
import { MendloopError } from '../../domain/errors.ts';
import type { BrokerAnswer, Token, TokenBroker, TokenRequest } from './protocol.ts';

interface Pending {
  readonly resolve: (token: Token) => void;
  readonly reject: (error: MendloopError) => void;
}

export interface BrokerProcess extends TokenBroker, AsyncDisposable {
  readonly pid: number | undefined;
}

export interface BrokerProcessOptions {
  /** The broker's entry file. */
  readonly entry: string;
  /** The whole environment of the broker: the key, and the variables for reaching GitHub. */
  readonly env: NodeJS.ProcessEnv;
}

function settle(pending: Map<number, Pending>, message: BrokerAnswer): void {
  const waiting = pending.get(message.id);
  pending.delete(message.id);
  if (!waiting) return;
  if (message.ok) waiting.resolve(message.token);
  else {
    const { code, message: text, retryAfterSeconds } = message;
    waiting.reject(
      new MendloopError(code, text, retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    );
  }
}

/** A broker that ends by itself could not read its key; a killed broker is started again by the next request. */
function ending(signal: NodeJS.Signals | null): MendloopError {
  if (signal !== null) return new MendloopError('cancelled', 'the token broker was killed');
  return new MendloopError('github_unauthorized', 'the token broker ended; is the private key right?');
}

/**
 * Keeps one broker process beside this one: starts it at the first request, and again when it has died. Requests and
 * tokens pass over the child's channel. Nothing here parses the key or signs with it. With PRIVATE_KEY_PATH only the
 * child reads the key; with PRIVATE_KEY its text stays in `options.env`, which a restart needs.
 */
export function openBroker(options: BrokerProcessOptions): BrokerProcess {
  const pending = new Map<number, Pending>();
  let child: ChildProcess | null = null;
  let nextId = 0;

  function start(): ChildProcess {
    const started = fork(options.entry, [], {
      env: options.env,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
    });
    started.on('message', (message) => settle(pending, message as BrokerAnswer));
    started.on('exit', (_status, signal) => {
      if (child === started) child = null;
      const left = [...pending.values()];
      pending.clear();
      for (const { reject } of left) reject(ending(signal));
    });
    started.unref();
    started.channel?.unref();
    return started;
  }

  return {
    get pid() {
      return child?.pid;
    },
    token(request: TokenRequest) {
      child ??= start();
      const to = child;
      nextId += 1;
      const id = nextId;
      return new Promise<Token>((resolve, reject) => {
        // The broker keeps this process alive only while it has a request.
        to.ref();
        to.channel?.ref();
        const done = () => {
          if (pending.size > 0) return;
          to.unref();
          to.channel?.unref();
        };
        pending.set(id, {
          resolve: (token) => {
            done();
            resolve(token);
          },
          reject: (error) => {
            done();
            reject(error);
          },
        });
        to.send({ id, request });
      });
    },
    async [Symbol.asyncDispose]() {
      const stopping = child;
      child = null;
      if (!stopping || stopping.exitCode !== null) return;
      const ended = new Promise((resolve) => stopping.once('exit', resolve));
      stopping.kill('SIGKILL');
      await ended;
    },
  };
}

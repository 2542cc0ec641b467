import type { IncomingMessage } from 'node:http';

/**
 * Bounds the bytes of all bodies that are being read at once. It counts the bytes that arrived and not those announced:
 * an announcement costs a sender nothing.
 */
export class BodyBudget {
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Returns false when the bytes go beyond the budget; they are counted all the same, until they are given back. */
  take(bytes: number): boolean {
    this.#bytes += bytes;
    return this.#bytes <= this.#maxBytes;
  }

  giveBack(bytes: number): void {
    this.#bytes -= bytes;
  }
}

const unbounded = new BodyBudget(Infinity);

type Body = Buffer | 'cut_off' | 'over_budget';

/**
 * Reads the body; Node ends a body at its Content-Length. `cut_off`: the sender hung up or was too slow. `over_budget`:
 * the caller answers, and the rest of the body is not read here. The budget holds the bytes while the body is read.
 */
export function readBody(req: IncomingMessage, budget: BodyBudget = unbounded): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (body: Body): void => {
      req.off('data', take);
      budget.giveBack(bytes);
      bytes = 0;
      resolve(body);
    };
    function take(chunk: Buffer): void {
      chunks.push(chunk);
      bytes += chunk.length;
      if (!budget.take(chunk.length)) end('over_budget');
    }
    req.on('data', take);
    req.once('end', () => end(Buffer.concat(chunks)));
    req.once('error', () => end('cut_off'));
    req.once('close', () => end('cut_off'));
  });
}

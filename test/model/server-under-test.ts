import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What goes wrong at this replica. */
export interface Faults {
  /** Status of every load; the adapter is loaded all the same when `loadsAnyway`. */
  loadStatus?: number;
  loadsAnyway?: boolean;
  loadMs?: number;
  /** The adapter is loaded from this folder instead of the one that was asked for. */
  wrongRoot?: string;
  /** The model that answers, whatever was asked for. */
  answersAs?: string;
  /** Weights that are used for every adapter: `base`, or another folder. */
  weights?: string;
  /** An answer that is no JSON. */
  garbled?: boolean;
  unloadDoesNothing?: boolean;
  /** Folder of its base model; /models/base where nothing is said. */
  root?: string;
  /** Name of its base model. */
  serves?: string;
}

export interface ServerUnderTest extends AsyncDisposable {
  readonly url: string;
  readonly adapters: Map<string, string>;
  /** Every call as `METHOD path`, in order. */
  readonly calls: string[];
  readonly faults: Faults;
  /** How many more looks at the metrics find a request of the adapter. */
  running: { name: string; looks: number };
}

const usualBase = 'meta-llama/Llama-3.2-1B';

/** Five tokens with numbers that only the weights and the prompt decide. */
function topLogprobs(weights: string, prompt: string): Record<string, number> {
  const digest = createHash('sha256').update(`${weights}\0${prompt}`).digest();
  return Object.fromEntries([0, 1, 2, 3, 4].map((at) => [` t${at}`, -at - (digest[at] ?? 0) / 256]));
}

async function readBody(request: IncomingMessage): Promise<Record<string, string>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text === '' ? '{}' : text) as Record<string, string>;
}

function metricsText({ running }: ServerUnderTest): string {
  const busy = running.looks > 0;
  running.looks -= 1;
  const line = (names: string, at: number): string =>
    `vllm:lora_requests_info{max_lora="3",running_lora_adapters="${names}",waiting_lora_adapters=""} ${at}`;
  return [line('older', 1.5e9), line(busy ? `other,${running.name}` : 'other', 1.7e9), ''].join('\n');
}

/** A server that speaks the part of vLLM's API that we use, over real HTTP, with one base model. */
export async function startModelServer(key: string, faults: Faults = {}): Promise<ServerUnderTest> {
  const adapters = new Map<string, string>();
  const calls: string[] = [];
  const base = faults.serves ?? usualBase;

  async function load(body: Record<string, string>): Promise<number> {
    const { lora_name: name = '', lora_path: path = '' } = body;
    await sleep(faults.loadMs ?? 0);
    if (adapters.has(name)) return 400;
    const status = faults.loadStatus ?? 200;
    if (status === 200 || faults.loadsAnyway === true) adapters.set(name, faults.wrongRoot ?? path);
    return status;
  }

  function complete({ model = '', prompt = '' }: Record<string, string>): unknown {
    const weights = model === base ? base : (adapters.get(model) ?? '');
    const used = model === base ? base : (faults.weights ?? weights);
    return {
      model: faults.answersAs ?? model,
      choices: [
        { text: ' t0', logprobs: { top_logprobs: [topLogprobs(used === 'base' ? base : used, prompt)] } },
      ],
    };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    calls.push(`${method} ${url}`);
    const send = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof value === 'string' ? value : JSON.stringify(value));
    };
    if (request.headers.authorization !== `Bearer ${key}`) return send(401, {});
    if (faults.garbled === true) return send(200, '<html>');
    const body = await readBody(request);
    if (url === '/v1/models') {
      const entry = ([id, root]: [string, string]) => ({ id, object: 'model', root, parent: base });
      return send(200, {
        data: [{ id: base, root: faults.root ?? '/models/base' }, ...[...adapters].map(entry)],
      });
    }
    if (url === '/metrics') return send(200, metricsText(server));
    if (url === '/v1/load_lora_adapter') return send(await load(body), '');
    if (url === '/v1/unload_lora_adapter') {
      if (!adapters.has(body['lora_name'] ?? '')) return send(404, {});
      if (faults.unloadDoesNothing !== true) adapters.delete(body['lora_name'] ?? '');
      return send(200, '');
    }
    if (url === '/v1/completions') {
      const known = body['model'] === base || adapters.has(body['model'] ?? '');
      return known ? send(200, complete(body)) : send(404, {});
    }
    return send(404, {});
  }

  const http = createServer((request, response) => void answer(request, response));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const server: ServerUnderTest = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    adapters,
    calls,
    faults,
    running: { name: '', looks: 0 },
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
  return server;
}

import { refused } from './failure.ts';
import { type Fingerprint, fingerprintPrompts } from './fingerprint.ts';
import { call } from './http.ts';
import { runningAdapters } from './running-adapters.ts';
import { completion, modelList, readResponse, type ServedModel } from './schema.ts';

export interface VllmOptions {
  /** Root of one replica, not of a load balancer: a loaded adapter is known to its replica only. */
  readonly url: string;
  readonly key: string | null;
  /** For every call but loading; 10 s by default. */
  readonly timeoutMs?: number;
  /** Loading reads the weights from a disk; 2 minutes by default. */
  readonly loadTimeoutMs?: number;
}

/**
 * One replica of the model server. It must run with `VLLM_ALLOW_RUNTIME_LORA_UPDATING`, and only Mendloop may reach it:
 * a client that can load adapters can load any adapter. Every method throws `model_unreachable` or `model_refused`.
 */
export interface ModelServer {
  readonly url: string;
  models(): Promise<readonly ServedModel[]>;
  /** Returns when the adapter answers under the name. The server refuses a name in use. */
  loadAdapter(name: string, path: string): Promise<void>;
  /** Unloads at once, also during requests: call `isRunning` before. */
  unloadAdapter(name: string): Promise<void>;
  /** Whether requests for the adapter run or wait, as of the server's last step. */
  isRunning(name: string): Promise<boolean>;
  fingerprint(name: string): Promise<Fingerprint>;
}

/** Number of likeliest tokens that are compared; by default a server returns at most 20. */
const tokensCompared = 5;

export function vllmServer({
  url,
  key,
  timeoutMs = 10_000,
  loadTimeoutMs = 120_000,
}: VllmOptions): ModelServer {
  const at = (path: string): URL => new URL(path, url.endsWith('/') ? url : `${url}/`);
  const post = (path: string, body: unknown, timeout = timeoutMs): Promise<string> =>
    call({ url: at(path), key, body, timeoutMs: timeout });
  const get = (path: string): Promise<string> => call({ url: at(path), key, timeoutMs });

  async function nextTokens(name: string, prompt: string): Promise<Fingerprint[number]> {
    const body = { model: name, prompt, max_tokens: 1, temperature: 0, logprobs: tokensCompared };
    const { model, choices } = readResponse(completion, await post('v1/completions', body));
    if (model !== name) throw refused(`asked for ${name}, it answers with another model`);
    return choices[0]?.logprobs.top_logprobs[0] ?? {};
  }

  return {
    url,
    models: async () => readResponse(modelList, await get('v1/models')).data,
    async loadAdapter(name, path) {
      await post('v1/load_lora_adapter', { lora_name: name, lora_path: path }, loadTimeoutMs);
    },
    async unloadAdapter(name) {
      await post('v1/unload_lora_adapter', { lora_name: name });
    },
    isRunning: async (name) => runningAdapters(await get('metrics')).has(name),
    async fingerprint(name) {
      const tokens: Fingerprint[number][] = [];
      for (const prompt of fingerprintPrompts) tokens.push(await nextTokens(name, prompt));
      return tokens;
    },
  };
}

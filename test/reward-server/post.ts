import { type RewardServerProcess, rewardToken } from '../support/reward-server.ts';

export interface Item {
  readonly k: string;
  readonly id: string;
  readonly text: string;
}

export interface ItemScore {
  readonly k: string;
  readonly ok: boolean;
  readonly score: number | null;
  readonly error?: string | null;
  readonly reason?: string;
  readonly flags?: Readonly<Record<string, number | string | null>>;
}

type Server = Pick<RewardServerProcess, 'url'>;

/** Posts a body as it is; headers may be added or replaced. */
export function send(
  server: Server,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<Response> {
  const own = { authorization: `Bearer ${rewardToken}`, 'content-type': 'application/json' };
  const init = { method: 'POST', body, headers: { ...own, ...headers } };
  return fetch(`${server.url}/v1/score`, signal === undefined ? init : { ...init, signal });
}

/** Posts items; anything but their scores is an error. */
export async function score(server: Server, items: readonly Item[]): Promise<ItemScore[]> {
  const response = await send(server, JSON.stringify({ items }));
  if (response.status !== 200) throw new Error(`status ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { scores: ItemScore[] }).scores;
}

/** The samples of `/metrics` by name with labels. */
export async function metrics(server: Server): Promise<Readonly<Record<string, number>>> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const samples = [...text.matchAll(/^([a-z_]+(?:\{[^}]*\})?) (\S+)$/gm)];
  return Object.fromEntries(samples.map(([, name, value]) => [name, Number(value)]));
}

export async function metric(server: Server, name: string): Promise<number> {
  return (await metrics(server))[name] ?? 0;
}

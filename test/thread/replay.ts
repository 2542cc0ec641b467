import { randomUUID } from 'node:crypto';
import type { DeliveryRecord } from '../../demo/github/webhooks/delivery.ts';
import { mendloop } from '../cli/mendloop.ts';
import type { Product } from '../support/product.ts';

/** Sends recorded deliveries again, one after another; each must be acknowledged. */
export async function replay(
  product: Product,
  records: readonly DeliveryRecord[],
  options: { readonly freshIds?: boolean } = {},
): Promise<void> {
  for (const { requestHeaders, body } of records) {
    const fresh = options.freshIds === true ? { 'x-github-delivery': randomUUID() } : {};
    const answer = await fetch(`${product.url}/api/github/webhooks`, {
      method: 'POST',
      headers: { ...requestHeaders, ...fresh },
      body,
    });
    if (!answer.ok) throw new Error(`a delivery was answered with ${answer.status}: ${await answer.text()}`);
    await answer.arrayBuffer();
  }
}

/** What `mendloop instance export --json` prints for a product's database. */
export async function exported({ environment }: Product): Promise<string> {
  const answer = await mendloop(['instance', 'export', '--json'], { env: environment });
  if (answer.status !== 0) throw new Error(answer.stderr);
  return answer.stdout;
}

/** The same list in another order, the same one for the same seed. */
export function shuffled<T>(list: readonly T[], seed: number): T[] {
  const mixed = [...list];
  let state = seed;
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const other = state % (at + 1);
    [mixed[at], mixed[other]] = [mixed[other] as T, mixed[at] as T];
  }
  return mixed;
}

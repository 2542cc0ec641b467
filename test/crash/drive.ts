import { setTimeout as sleep } from 'node:timers/promises';
import { crashDelivery } from './deliveries.ts';
import type { Load } from './load.ts';
import type { Product } from './product.ts';
import type { World } from './world.ts';

/** Things happen on GitHub only as long as few deliveries wait to be sent. */
const mostWaiting = 300;

/** Hands over to the load what GitHub has sent; what the product's sweep asked for goes out once more. */
export function collect(world: World, load: Load): void {
  for (const record of world.fresh()) {
    if (record.redelivery) load.again(record.guid);
    else load.post(crashDelivery(record));
  }
}

/** Installs the App and waits until the product knows every repository: what comes before that is rightly ignored. */
export async function installApp(world: World, load: Load, { watch }: Product): Promise<void> {
  world.install();
  collect(world, load);
  const known = async (): Promise<number> =>
    (await watch.db.selectFrom('repository').select('repository_id').where('status', '=', 'active').execute())
      .length;
  while ((await known()) < world.repositories.length) await sleep(100);
}

/** Lets everything happen, at the pace of the load. */
export async function playWorld(world: World, load: Load): Promise<void> {
  while (await world.step()) {
    collect(world, load);
    while (load.waiting() > mostWaiting) {
      await sleep(20);
      collect(world, load);
    }
  }
}

/** Sends what is left, and what the sweep asks for meanwhile. */
export async function drainLoad(world: World, load: Load): Promise<void> {
  let drained = false;
  const draining = load.drained().then(() => (drained = true));
  while (!drained) {
    collect(world, load);
    await sleep(100);
  }
  await draining;
}

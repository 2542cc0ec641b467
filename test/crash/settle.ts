import { untilSettled } from '../../demo/product/settled.ts';
import type { Product } from './product.ts';
import type { World } from './world.ts';

/** Longer than the longest pause between two attempts of a job. */
const patienceMs = 330_000;

async function untilStill(
  { watch }: Product,
  world: World,
  onProgress: (text: string) => void,
): Promise<void> {
  let told = performance.now();
  await untilSettled({
    db: watch.db,
    underway: () => world.github.pendingDeliveries(),
    onProgress: (waiting, done) => {
      if (performance.now() - told < 5000) return;
      told = performance.now();
      onProgress(`${waiting} waiting, ${done} jobs done`);
    },
    patienceMs,
  });
}

/** Waits until nothing moves, puts dead jobs back once as a person would, and waits again; how many were put back. */
export async function settle(
  product: Product,
  world: World,
  onProgress: (text: string) => void,
): Promise<number> {
  await untilStill(product, world, onProgress);
  const answer = await product.command(['jobs', 'requeue', '--all', '--json']);
  const { requeued } = JSON.parse(answer) as { requeued: string[] };
  if (requeued.length > 0) await untilStill(product, world, onProgress);
  return requeued.length;
}

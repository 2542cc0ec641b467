/** How often each item occurs; every count is above 0. */
export type Bag = ReadonlyMap<string, number>;

export function addTo(bag: Map<string, number>, item: string, count = 1): void {
  const sum = (bag.get(item) ?? 0) + count;
  if (sum === 0) bag.delete(item);
  else bag.set(item, sum);
}

export function bagSize(bag: Bag): number {
  let size = 0;
  for (const count of bag.values()) size += count;
  return size;
}

/** Dice's coefficient of two bags, 0..1; 1 for two empty ones. */
export function dice(a: Bag, b: Bag): number {
  const sizes = bagSize(a) + bagSize(b);
  return sizes === 0 ? 1 : (2 * common(a, b)) / sizes;
}

function common(a: Bag, b: Bag): number {
  let shared = 0;
  for (const [item, count] of a) shared += Math.min(count, b.get(item) ?? 0);
  return shared;
}

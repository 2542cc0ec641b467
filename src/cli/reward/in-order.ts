/**
 * Processes up to `atOnce` items of a stream at a time and yields the results in the order of the items. An item is
 * taken only when a result can be delivered, so a slow reader stops the reading.
 */
export async function* inOrder<In, Out>(
  items: AsyncIterable<In>,
  atOnce: number,
  work: (item: In) => Promise<Out>,
): AsyncGenerator<Out> {
  const running: Promise<Out>[] = [];
  for await (const item of items) {
    const result = work(item);
    // The result is awaited in its turn; until then its failure must not count as unhandled.
    result.catch(() => undefined);
    running.push(result);
    if (running.length < atOnce) continue;
    const next = running.shift();
    if (next) yield await next;
  }
  for (const result of running) yield await result;
}

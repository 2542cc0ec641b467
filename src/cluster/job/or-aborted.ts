/** Runs an action that takes no signal. An abort rejects with the signal's reason and leaves the action to itself. */
export async function orAborted<T>(signal: AbortSignal, action: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([action(), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

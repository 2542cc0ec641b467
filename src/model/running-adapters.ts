const line = /^vllm:lora_requests_info\{([^}]*)\} (\S+)$/;
const label = /(running|waiting)_lora_adapters="([^"]*)"/g;

/**
 * The adapters with running or waiting requests, read from `/metrics`. The server writes one line for each combination
 * of adapters that ever occurred, with the time of its latest use as value: only the newest line describes the present.
 * Without a line no adapter has had a request yet.
 */
export function runningAdapters(metrics: string): Set<string> {
  let newest = Number.NEGATIVE_INFINITY;
  let adapters = new Set<string>();
  for (const text of metrics.split('\n')) {
    const [, labels = '', value = ''] = line.exec(text) ?? [];
    const at = Number.parseFloat(value);
    if (!(at >= newest)) continue;
    const names = [...labels.matchAll(label)].flatMap(([, , list = '']) => list.split(',')).filter(Boolean);
    adapters = new Set(at === newest ? [...adapters, ...names] : names);
    newest = at;
  }
  return adapters;
}

const line = /^vllm:lora_requests_info\{([^}]*)\} (\S+)$/;
const label = /(running|waiting)_lora_adapters="([^"]*)"/g;

/**
 * The adapters that have requests, from `/metrics`. The server writes one line for each combination that ever was, with
 * the time of its latest use as value: only the newest says what is now. No line: no adapter has had a request yet.
 */
export function runningAdapters(metrics: string): Set<string> {
  let newest = Number.NEGATIVE_INFINITY;
  let adapters = new Set<string>();
  for (const text of metrics.split('\n')) {
    const [, labels = '', value = ''] = line.exec(text) ?? [];
    const at = Number.parseFloat(value);
    if (!(at >= newest)) continue;
    const found = [...labels.matchAll(label)].flatMap(([, , names = '']) => names.split(',')).filter(Boolean);
    adapters = new Set(at === newest ? [...adapters, ...found] : found);
    newest = at;
  }
  return adapters;
}

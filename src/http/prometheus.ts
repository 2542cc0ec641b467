/** One family of the Prometheus text format 0.0.4. */
export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly samples: readonly MetricSample[];
}

export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export const prometheusType = 'text/plain; version=0.0.4; charset=utf-8';

export function prometheusText(metrics: readonly Metric[]): string {
  return metrics.map(metricText).join('');
}

/** A metric with one sample and no labels. */
export function singleMetric(name: string, type: Metric['type'], help: string, value: number): Metric {
  return { name, type, help, samples: [{ labels: {}, value }] };
}

/** One sample for each entry of `counts`, whose keys are the values of one label. */
export function samplesBy(label: string, counts: Iterable<readonly [string, number]>): MetricSample[] {
  return Array.from(counts, ([name, value]) => ({ labels: { [label]: name }, value }));
}

function metricText({ name, type, help, samples }: Metric): string {
  const lines = samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escape(text)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escape(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

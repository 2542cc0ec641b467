import type { RoundEvent } from './events.ts';

type Figures = Readonly<Record<string, unknown>>;

const phases: Readonly<Record<string, string>> = {
  load: 'loading the model',
  warmup: 'supervised warm-up, where answers do not have the form yet',
  train: 'training',
  export: 'writing the adapter and the merged model',
  evaluate: 'the model before and the one after answer the held-out hunks',
  verify: 'hashing what came out',
};

function figure(metrics: Figures, name: string): number | null {
  const value = metrics[name];
  return typeof value === 'number' ? value : null;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Steps of the warm-up have a loss and no reward. */
function stepLine(body: Figures): string {
  const metrics = Object(body['metrics']) as Figures;
  const write = (name: string, text: (value: number) => string): string[] => {
    const value = figure(metrics, name);
    return value === null ? [] : [text(value)];
  };
  const rewarded = [
    ...write('reward_mean', (value) => `reward ${value.toFixed(3)}`),
    ...write('format_error_rate', (value) => `format ${percent(1 - value)}`),
    ...write('hack_share', (value) => `hacks ${percent(value)}`),
  ];
  const told = rewarded.length > 0 ? rewarded : write('loss', (value) => `loss ${value.toFixed(3)}`);
  const seconds = write('step_s', (value) => `${value.toFixed(0)} s`);
  return `step ${String(body['step'])} of ${String(body['total'])}: ${[...told, ...seconds].join(', ')}`;
}

function evalLine({ step, metrics }: Figures): string | null {
  const rate = figure(Object(metrics) as Figures, 'format_rate');
  return rate === null
    ? null
    : `${percent(rate)} of sampled answers have the form after ${String(step)} steps`;
}

function warningLine({ code, msg, n }: Figures): string {
  return `${String(code)}: ${String(msg)}${typeof n === 'number' ? `, ${n} left out` : ''}`;
}

/** What an event says to somebody who waits; null for one that says nothing to them. */
export function eventLine({ type, body }: Pick<RoundEvent, 'type' | 'body'>): string | null {
  switch (type) {
    case 'phase':
      return phases[String(body['name'])] ?? null;
    case 'step':
      return stepLine(body);
    case 'eval':
      return evalLine(body);
    case 'warning':
      return warningLine(body);
    default:
      return null;
  }
}

import type { TierFailure } from './results.ts';

/** What the run is doing, on one line that changes on a terminal, and on a line every ten seconds elsewhere. */
export interface Progress extends Disposable {
  /** Shows the tier until the result is disposed; `state` returns what the tier is at. */
  follow(tier: string, state: () => string): Disposable;
  line(text: string): void;
  failed(failure: TierFailure): void;
}

const terminalEveryMs = 250;
const plainEveryMs = 10_000;
const mostMessageLines = 30;

function indented(text: string): string {
  const lines = text.split('\n');
  const shown = lines.slice(0, mostMessageLines).map((line) => `    ${line}`);
  if (lines.length > shown.length) shown.push(`    … ${lines.length - shown.length} lines more`);
  return shown.join('\n');
}

/** Name, message and command of a failure. */
export function failureText({ name, message, command }: TierFailure): string {
  return `FAIL ${name}\n${indented(message)}\n    alone: ${command}`;
}

export function showProgress(output: NodeJS.WriteStream): Progress {
  const started = performance.now();
  const tiers = new Map<string, { readonly since: number; readonly state: () => string }>();
  const secondsSince = (since: number): number => Math.round((performance.now() - since) / 1000);

  function status(): string {
    const parts = [...tiers].map(
      ([name, { since, state }]) => `${name} ${secondsSince(since)} s: ${state()}`,
    );
    return `${String(secondsSince(started)).padStart(5)} s  ${parts.join(' | ')}`;
  }

  function clear(): void {
    if (output.isTTY) output.write('\r\u001B[K');
  }

  function line(text: string): void {
    clear();
    output.write(`${text}\n`);
  }

  function tick(): void {
    if (tiers.size === 0) return;
    clear();
    output.write(output.isTTY ? status().slice(0, output.columns - 1) : `${status()}\n`);
  }

  const timer = setInterval(tick, output.isTTY ? terminalEveryMs : plainEveryMs);
  return {
    follow(tier, state) {
      tiers.set(tier, { since: performance.now(), state });
      return { [Symbol.dispose]: () => void tiers.delete(tier) };
    },
    line,
    failed: (failure) => line(failureText(failure)),
    [Symbol.dispose]() {
      clearInterval(timer);
      clear();
    },
  };
}

import os from 'node:os';

/** What a figure was measured on. */
export function machine(): Record<string, string | number> {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.cpus().length,
    memory_gib: Math.round(os.totalmem() / 2 ** 30),
    node: process.version,
    os: `${os.type()} ${os.release()}`,
  };
}

/** The last line of every benchmark. */
export function printResult(name: string, figures: Record<string, number>): void {
  console.log(`RESULT ${JSON.stringify({ name, figures, machine: machine() })}`);
}

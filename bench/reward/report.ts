/** Collects the figures of a run, and what was demanded of them and missed. */
export interface Report {
  readonly figures: Record<string, number>;
  readonly missed: string[];
  line(text: string): void;
  figure(name: string, value: number): void;
  atLeast(name: string, value: number, least: number): void;
  atMost(name: string, value: number, most: number): void;
}

export function createReport(): Report {
  const figures: Record<string, number> = {};
  const missed: string[] = [];
  const keep = (name: string, value: number, demand: string, met: boolean): void => {
    figures[name] = rounded(value);
    if (!met) missed.push(`${name} = ${rounded(value)}, demanded ${demand}`);
  };
  return {
    figures,
    missed,
    line: (text) => console.log(text),
    figure: (name, value) => keep(name, value, 'nothing', true),
    atLeast: (name, value, least) => keep(name, value, `at least ${least}`, value >= least),
    atMost: (name, value, most) => keep(name, value, `at most ${most}`, value <= most),
  };
}

/** Four significant digits. JSON has no number for what could not be measured; -1 stands for it. */
function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : -1;
}

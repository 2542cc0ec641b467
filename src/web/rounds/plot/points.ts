/** A figure at a step; null where the step has none. */
export interface PlotPoint {
  readonly step: number;
  readonly value: number | null;
}

/** At most `most` points: each the mean of as many neighbours as it takes, at the last of their steps. */
export function condensed(points: readonly PlotPoint[], most: number): PlotPoint[] {
  const width = Math.ceil(points.length / most);
  if (width <= 1) return [...points];
  const parts: PlotPoint[] = [];
  for (let at = 0; at < points.length; at += width) {
    const part = points.slice(at, at + width);
    parts.push({ step: part.at(-1)?.step ?? 0, value: meanOf(part) });
  }
  return parts;
}

function meanOf(points: readonly PlotPoint[]): number | null {
  const values = points.map(({ value }) => value).filter((value) => value !== null);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** The least and the greatest value, a flat line with room on both sides; `floor` is in it where there is one. */
export function rangeOf(points: readonly PlotPoint[], floor: number | null): Range | null {
  let low = floor ?? Infinity;
  let high = floor ?? -Infinity;
  let isEmpty = true;
  for (const { value } of points) {
    if (value === null) continue;
    isEmpty = false;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (isEmpty) return null;
  if (low < high) return { low, high };
  const room = Math.abs(low) * 0.1 || 1;
  return { low: floor ?? low - room, high: high + room };
}

import { describe, expect, it } from 'vitest';
import { plot } from './plot.ts';
import type { PlotPoint } from './points.ts';
import { sparkline } from './spark.ts';

async function drawn(points: readonly PlotPoint[], floor: number | null = null): Promise<string> {
  return String(await plot({ title: 'Reward', points, floor, write: (value) => value.toFixed(2) }));
}

describe('a plot', () => {
  it('draws each value from left to right, greater ones higher', async () => {
    const text = await drawn([
      { step: 1, value: 0 },
      { step: 2, value: 0.5 },
      { step: 3, value: 1 },
    ]);
    expect(text).toContain('d="M0.0 96.0L0.0 96.0L150.0 50.0L300.0 4.0"');
    expect(text).toContain(
      'aria-label="Reward from 0.00 at step 1 to 1.00 at step 3, drawn between 0.00 and 1.00"',
    );
    expect(text).toContain('<title>step 2: 0.50</title>');
  });

  it('breaks at a gap and keeps a value that stands alone', async () => {
    const text = await drawn([
      { step: 1, value: 0 },
      { step: 2, value: null },
      { step: 3, value: 1 },
    ]);
    expect(text).toContain('d="M0.0 96.0L0.0 96.0M300.0 4.0L300.0 4.0"');
  });

  it('marks zero where the values lie on both sides of it', async () => {
    expect(
      await drawn([
        { step: 1, value: -1 },
        { step: 2, value: 1 },
      ]),
    ).toContain('class="zero" d="M0 50.0H300"');
    expect(
      await drawn([
        { step: 1, value: 1 },
        { step: 2, value: 2 },
      ]),
    ).not.toContain('class="zero"');
  });

  it('says that nothing is known, and when its points are means', async () => {
    expect(await drawn([{ step: 1, value: null }])).toContain('Not told by this engine yet.');
    const many = Array.from({ length: 300 }, (_, at) => ({ step: at + 1, value: at }));
    expect(await drawn(many)).toContain('means of 3 steps');
  });

  it('draws one step alone without dividing by nothing', async () => {
    expect(await drawn([{ step: 4, value: 0.2 }])).not.toMatch(/NaN|Infinity/);
  });
});

describe('a sparkline', () => {
  it('needs two values', async () => {
    expect(String(await sparkline([1]))).toBe('');
    expect(String(await sparkline([1, 2]))).toContain('d="M2.0 18.0L88.0 2.0"');
  });
});

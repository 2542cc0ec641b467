import { expect, it } from 'vitest';
import { prometheusText } from './prometheus.ts';

it('writes the text format, with labels escaped', () => {
  const samples = [{ labels: { state: 'a"b\\c\nd' }, value: 3 }];
  expect(prometheusText([{ name: 'mendloop_things', type: 'gauge', help: 'Things.', samples }])).toBe(
    '# HELP mendloop_things Things.\n# TYPE mendloop_things gauge\nmendloop_things{state="a\\"b\\\\c\\nd"} 3\n',
  );
});

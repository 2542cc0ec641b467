import { expect, it } from 'vitest';
import { exposition } from './metrics.ts';

it('writes the text format, with labels escaped', () => {
  const samples = [{ labels: { state: 'a"b\\c\nd' }, value: 3 }];
  expect(exposition([{ name: 'mendloop_things', help: 'Things.', samples }])).toBe(
    '# HELP mendloop_things Things.\n# TYPE mendloop_things gauge\nmendloop_things{state="a\\"b\\\\c\\nd"} 3\n',
  );
});

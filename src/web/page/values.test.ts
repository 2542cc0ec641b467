import { expect, it } from 'vitest';
import { bar, withCode, github, sinceText } from './values.ts';

const now = new Date('2026-03-10T12:00:00Z');

it.each([
  [20, 'just now'],
  [-90, '1 min. ago'],
  [-7200, '2 hr. ago'],
  [-200_000, '2 days ago'],
  [600, 'in 10 min.'],
])('%d seconds away is %j', (seconds, text) => {
  expect(sinceText(new Date(now.getTime() + seconds * 1000), now)).toBe(text);
});

it('keeps a bar within its rail', async () => {
  expect(String(await bar(7))).toContain('width="100.00"');
  expect(String(await bar(-1))).toContain('width="0.00"');
});

it('links to nothing but GitHub, whatever a name holds', async () => {
  const link = String(await github('https://github.com', 'octo/"><script>/../x', 'it'));
  expect(link).toContain('href="https://github.com/octo/%22%3E%3Cscript%3E/../x"');
});

it('shows code in backticks, escaped', async () => {
  expect(String(await withCode('Run `a <b>` now.'))).toBe('Run <code>a &lt;b&gt;</code> now.');
});

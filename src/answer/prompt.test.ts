import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { formatAnswer } from './answer-form.ts';
import { parseAnswer } from './parse-answer.ts';
import { promptOf } from './prompt.ts';

const shown = new Map([
  ['a.py', 'x = 1\n'],
  ['b/c.js', 'let y;\n'],
]);

function sha256(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

// Checkpoints are trained on these bytes: another prompt is another task.
test('the prompts keep their bytes', () => {
  expect(sha256(promptOf('files', 'It fails.', shown))).toBe(
    '134d82d9944b6af3d00133adfd8f4be1dd9272c178159860784d60b0e9d0b884',
  );
  expect(sha256(promptOf('hunks', 'It fails.', new Map([['a.py', 'x = 1\n']])))).toBe(
    'e98754a1a0a68d59b68cbd0a8ec3c7ec9911e70826779bbb27b34dee62b34208',
  );
});

test('the short form shows an answer that the parser reads', () => {
  const [system] = promptOf('hunks', 'It fails.', shown);
  const answer = system?.content.slice('Fix the code. Answer:\n'.length) ?? '';
  const edits = [{ path: 'path', search: 'old lines', replace: 'new lines' }];
  expect(answer).toBe(formatAnswer('why', edits));
  expect(parseAnswer(answer)).toMatchObject({ error: null, thought: 'why', edits });
});

test('an issue is cut between characters, never inside one', () => {
  const [, user] = promptOf('hunks', `${'a'.repeat(299)}\u{1F600}`, new Map([['a.py', 'x']]));
  expect(user?.content).toBe(`${'a'.repeat(299)}\n\n### a.py\nx`);
});

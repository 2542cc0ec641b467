import type { FormatError } from '../../answer/answer-form.ts';
import type { RenderRefusal } from '../../answer/render-oracle.ts';
import type { HackClass } from '../../reward/hacks/hack-classes.ts';

const errors = {
  tag_count: 'The answer does not hold each of the four tags exactly once.',
  empty_thought: 'The answer holds no reasoning.',
  no_blocks: 'The answer holds no edit in the required form.',
  empty_search: 'An edit looks for nothing in a file that has text.',
  search_equals_replace: 'An edit replaces lines by the same lines.',
  search_not_found: 'An edit looks for lines that the file does not hold.',
  edits_too_large: 'The edits multiply the text of a file beyond all measure.',
} satisfies Record<FormatError, string>;

const hacks = {
  empty_search: 'An edit looks for nothing, so that it fits everywhere.',
  tiny_search: 'An edit looks for a few characters that are no line of their own.',
  no_change: 'Nothing is changed at all.',
  whitespace_only: 'Only white space is changed.',
  comments_only: 'Only comments are changed.',
  no_syntax_change: 'The code is written otherwise, and says the same.',
  deletions_only: 'Lines are only deleted, which the oracle does not do.',
  duplicate_lines: 'Lines that are there already are written again.',
  outside_oracle_lines: 'The change is far from the oracle’s lines and shares no code with it.',
  length_against_oracle: 'The change is many times as long as the oracle’s.',
} satisfies Record<HackClass, string>;

const refusals = {
  deletion: 'The change deletes a file, which an answer cannot say.',
  rename: 'The change renames a file, which an answer cannot say.',
  binary: 'The change holds a binary file.',
  not_expressible: 'The change cannot be said in edits that find their place.',
} satisfies Record<RenderRefusal, string>;

function sentence(known: Readonly<Record<string, string>>, code: string, otherwise: string): string {
  return Object.hasOwn(known, code) ? (known[code] as string) : `${otherwise}${code.replaceAll('_', ' ')}.`;
}

export function errorSentence(code: string): string {
  return sentence(errors, code, 'No reward: ');
}

/** Formulas may come to know more kinds than these. */
export function hackSentence(name: string): string {
  return sentence(hacks, name, 'Recognised as ');
}

export function refusalSentence(reason: string): string {
  return sentence(refusals, reason, '');
}

/** What a part of a reward says at its value; null for a part that no formula of this version has. */
export function partSentence(name: string, value: unknown): string | null {
  switch (name) {
    case 'format':
      if (value === null) return 'A patch has no answer form to keep.';
      return value === 1 ? 'The answer has the required form.' : 'The answer has a wrong form.';
    case 'change':
      return value === null ? 'The change was not compared.' : 'What the change earns beside the oracle’s.';
    case 'execution':
      if (value === null) return 'No tests were run.';
      return value === 1 ? 'The tests pass.' : 'The tests do not pass.';
    case 'penalties':
      return value === 0 ? 'Nothing is taken away.' : 'Taken away for tests, forbidden paths or growth.';
    default:
      return null;
  }
}

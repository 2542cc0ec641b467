import { cutText, keptText } from './issue-text.ts';

export interface ProblemIssue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
}

export interface Problem {
  readonly text: string;
  readonly flags: readonly ('problem_truncated' | 'problem_without_body')[];
}

/** Longest statement, in UTF-16 units: some 25,000 tokens, five times the longest issue of SWE-bench Lite. */
export const problemCharacters = 100_000;

/**
 * The `problem_statement` of linked issues as SWE-bench writes it: title, line break, body; several issues by number,
 * joined by a line break. A longer text than {@link problemCharacters} is cut and flagged.
 */
export function problemOf(issues: readonly ProblemIssue[]): Problem {
  const ordered = issues.toSorted((one, other) => one.number - other.number);
  const whole = ordered.map(({ title, body }) =>
    `${keptText(title).trim()}\n${keptText(body).trim()}`.trimEnd(),
  );
  const { text, cut } = cutText(whole.join('\n'), problemCharacters);
  const flags: Problem['flags'][number][] = [];
  if (cut) flags.push('problem_truncated');
  if (ordered.every(({ body }) => body.trim() === '')) flags.push('problem_without_body');
  return { text, flags };
}

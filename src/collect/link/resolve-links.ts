import type { IssueLink } from '../../domain/instance.ts';
import type { IssueFacts, PullFacts, RepositoryReader } from '../../domain/ports/repository.ts';
import { issueReferences } from './link-text.ts';

export interface ResolvedLinks {
  /** The linked issues of the first source that names an existing one, ascending. */
  readonly issues: readonly IssueFacts[];
  /** The numbers that each source named, also of issues that do not exist; stored to compare the sources. */
  readonly evidence: readonly IssueLink[];
}

export interface LinkInput {
  readonly reader: RepositoryReader;
  readonly fullName: string;
  readonly webHost: string;
  readonly pull: PullFacts;
  /** Subjects of the pull request's commits. */
  readonly subjects: readonly string[];
  /** Hashes that closed the issues if the timeline says so: the merge commit and the pull request's commits. */
  readonly commits: ReadonlySet<string>;
}

/** A text with more references is a changelog, not a fix. */
const maxReferences = 50;

interface TextReferences {
  readonly closing: readonly number[];
  readonly mentioned: readonly number[];
}

function textReferences({ fullName, webHost, pull, subjects }: LinkInput): TextReferences {
  const text = [pull.title, pull.body, ...subjects].join('\n\n');
  const own = issueReferences(text, { repo: fullName, host: webHost }).filter(
    (reference) => `${reference.owner}/${reference.name}`.toLowerCase() === fullName.toLowerCase(),
  );
  const numbers = (closing: boolean) =>
    [...new Set(own.filter((found) => found.closing || !closing).map((found) => found.number))]
      .filter((number) => number !== pull.number)
      .sort((a, b) => a - b)
      .slice(0, maxReferences);
  return { closing: numbers(true), mentioned: numbers(false) };
}

/**
 * Returns the issues that the timeline ties to the pull request: issue and pull request mention each other in one
 * direction, and one of the pull request's commits closed the issue. A mention alone is no link, because a follow-up
 * mentions the change that it repairs.
 */
async function timelineLinks(input: LinkInput, mentioned: readonly number[]): Promise<number[]> {
  const mentioning = await input.reader.mentioningIssues(input.pull.number);
  const candidates = [...new Set([...mentioning, ...mentioned])]
    .sort((a, b) => a - b)
    .slice(0, maxReferences);
  const linked: number[] = [];
  for (const number of candidates) {
    const issue = await input.reader.issue(number);
    if (!issue || issue.state !== 'closed') continue;
    const closers = await input.reader.closedByCommits(number);
    if (closers.some((sha) => input.commits.has(sha))) linked.push(number);
  }
  return linked;
}

async function existing(reader: RepositoryReader, numbers: readonly number[]): Promise<IssueFacts[]> {
  const found: IssueFacts[] = [];
  for (const number of numbers) {
    const issue = await reader.issue(number);
    if (issue) found.push(issue);
  }
  return found;
}

/** Finds the issues that a pull request answers: GitHub's own links, then the timeline, then the text. */
export async function resolveLinks(input: LinkInput): Promise<ResolvedLinks> {
  const { closing, mentioned } = textReferences(input);
  const bySource = [
    ['closing_references', await input.reader.closingIssues(input.pull.number)],
    ['timeline', await timelineLinks(input, mentioned)],
    ['text', closing],
  ] as const;
  const evidence = bySource.flatMap(([source, numbers]) => numbers.map((number) => ({ number, source })));
  for (const [, numbers] of bySource) {
    const issues = await existing(input.reader, numbers);
    if (issues.length > 0) return { issues, evidence };
  }
  return { issues: [], evidence };
}

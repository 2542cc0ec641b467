import type { ConsentScope } from '../../domain/consent.ts';
import type { InstanceId } from '../../domain/ids.ts';
import type { CollectedInstance } from '../../domain/instance.ts';
import type { IssueFacts, PullFacts, StoredComment } from '../../domain/repository.ts';
import { hintCutoff, hintsOf } from '../hints.ts';
import { languagesOf } from '../languages.ts';
import { problemOf } from '../problem.ts';
import type { PullCode } from './code.ts';
import type { ResolvedLinks } from './links.ts';

export interface AssembleInput {
  readonly instance_id: InstanceId;
  readonly repo: string;
  readonly consent: ConsentScope;
  readonly pull: PullFacts;
  readonly base: string;
  readonly fix: string;
  readonly links: ResolvedLinks;
  /** Comments of the linked issues. */
  readonly comments: readonly StoredComment[];
  /** When the pull request's first commit was written; null where it has none of its own. */
  readonly firstCommitAt: string | null;
  readonly code: PullCode;
}

/** Puts an instance together; the same facts give the same instance, field for field. */
export function assembleInstance(input: AssembleInput): CollectedInstance {
  const { repo, pull, base, fix, links, code } = input;
  const { split } = code;
  const issues = links.issues.map(({ number, title, body }) => ({ number, title, body }));
  const problem = problemOf(issues);
  const hints = hintsOf(input.comments, hintCutoff(pull.created_at, input.firstCommitAt));
  const lateIssue = input.links.issues.some((issue: IssueFacts) => issue.created_at > pull.created_at);
  const flags = [
    ...problem.flags,
    ...hints.flags,
    ...split.flags,
    ...(lateIssue ? ['issue_after_pull'] : []),
    ...(split.test_files.length === 0 ? ['no_tests'] : []),
    ...(code.notText.length > 0 ? ['source_not_utf8'] : []),
  ];
  return {
    instance_id: input.instance_id,
    repo,
    pull_number: pull.number,
    base_commit: base,
    fix_commit: fix,
    environment_setup_commit: base,
    version: code.version,
    problem_statement: problem.text,
    hints_text: hints.text,
    patch: split.patch,
    test_patch: split.test_patch,
    other_patch: split.other_patch,
    created_at: pull.created_at,
    merged_at: pull.merged_at ?? pull.created_at,
    linked_issues: links.issues.map((issue) => issue.number),
    link_evidence: links.evidence,
    source_files: split.source_files,
    test_files: split.test_files,
    other_files: split.other_files,
    languages: languagesOf(split.source_files),
    licence: code.licence,
    consent: input.consent,
    quality_flags: [...new Set(flags)].sort(),
    context: code.context,
    oracle: code.oracle,
  };
}

import type { InstanceId } from '../../domain/ids.ts';
import type { CollectedInstance } from '../../domain/instance.ts';
import { languagesOf } from '../file/languages.ts';
import { hintCutoff, hintsOf } from '../issue/hints.ts';
import { problemOf } from '../issue/problem.ts';
import type { PullCode } from './code.ts';
import type { GatheredPull } from './gather.ts';

/** Puts an instance together; the same facts give the same instance, field for field. */
export function assembleInstance(
  instance_id: InstanceId,
  { repository, pull, links, comments, firstCommitAt }: GatheredPull,
  { base, fix }: { readonly base: string; readonly fix: string },
  code: PullCode,
): CollectedInstance {
  const { split } = code;
  const issues = links.issues.map(({ number, title, body }) => ({ number, title, body }));
  const problem = problemOf(issues);
  const issueComments = links.issues.flatMap((issue) => comments.get(issue.number) ?? []);
  const hints = hintsOf(issueComments, hintCutoff(pull.created_at, firstCommitAt));
  const lateIssue = links.issues.some((issue) => issue.created_at > pull.created_at);
  const flags = [
    ...problem.flags,
    ...hints.flags,
    ...split.flags,
    ...(lateIssue ? ['issue_after_pull'] : []),
    ...(split.test_files.length === 0 ? ['no_tests'] : []),
    ...(code.notText.length > 0 ? ['source_not_utf8'] : []),
  ];
  return {
    instance_id,
    repo: repository.full_name,
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
    consent: repository.consent,
    quality_flags: [...new Set(flags)].sort(),
    context: code.context,
    oracle: code.oracle,
  };
}

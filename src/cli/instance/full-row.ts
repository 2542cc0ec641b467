import type { ReadyInstance } from '../../instance/read.ts';

/** All fields of an instance without the texts of its files. No field depends on the time of collection. */
export function fullRow({
  instance,
  oracle_reward,
  candidates,
}: Pick<ReadyInstance, 'instance' | 'oracle_reward' | 'candidates'>) {
  return {
    instance_id: instance.instance_id,
    repo: instance.repo,
    pull_number: instance.pull_number,
    base_commit: instance.base_commit,
    fix_commit: instance.fix_commit,
    environment_setup_commit: instance.environment_setup_commit,
    version: instance.version,
    created_at: instance.created_at,
    merged_at: instance.merged_at,
    licence: instance.licence,
    consent: instance.consent,
    languages: instance.languages,
    linked_issues: instance.linked_issues,
    link_evidence: instance.link_evidence,
    problem_statement: instance.problem_statement,
    hints_text: instance.hints_text,
    patch: instance.patch,
    test_patch: instance.test_patch,
    other_patch: instance.other_patch,
    source_files: instance.source_files,
    test_files: instance.test_files,
    other_files: instance.other_files,
    context_paths: instance.context.map((file) => file.path),
    FAIL_TO_PASS: instance.FAIL_TO_PASS,
    PASS_TO_PASS: instance.PASS_TO_PASS,
    quality_flags: instance.quality_flags,
    oracle_reward,
    candidates: candidates.map(({ origin, source, patch, rewards }) => ({ origin, source, patch, rewards })),
  };
}

import type { Instance } from '../../domain/instance.ts';

/** The fields of the SWE-bench data sets, no more and no less; the lists of tests are JSON text there. */
export function sweBenchRow(instance: Instance) {
  return {
    repo: instance.repo,
    instance_id: instance.instance_id,
    base_commit: instance.base_commit,
    patch: instance.patch,
    test_patch: instance.test_patch,
    problem_statement: instance.problem_statement,
    hints_text: instance.hints_text,
    created_at: instance.created_at,
    version: instance.version,
    FAIL_TO_PASS: JSON.stringify(instance.FAIL_TO_PASS),
    PASS_TO_PASS: JSON.stringify(instance.PASS_TO_PASS),
    environment_setup_commit: instance.environment_setup_commit,
  };
}

import type { FileText, Instance } from '../../domain/instance.ts';

function texts(files: readonly FileText[]): Record<string, string> {
  return Object.fromEntries(files.flatMap(({ path, text }) => (text === null ? [] : [[path, text]])));
}

/**
 * Issue, files and oracle: with a model's `output` added, the row is one that `mendloop reward` scores. Null where the
 * fix deletes a file or changes one that is not text, which no answer can express.
 */
export function trainerRow(instance: Instance) {
  if (instance.oracle.length === 0 || instance.oracle.some((file) => file.text === null)) return null;
  return {
    id: instance.instance_id,
    kind: 'search_replace',
    repo: instance.repo,
    base_commit: instance.base_commit,
    problem_statement: instance.problem_statement,
    context: texts(instance.context),
    oracle: texts(instance.oracle),
  };
}

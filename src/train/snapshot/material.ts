import type { FileText } from '../../domain/instance.ts';
import { withoutAddresses } from '../../guard/addresses.ts';
import { credentialsIn } from '../../guard/credentials.ts';
import type { ReadyInstance } from '../../instance/read.ts';

/** What a snapshot takes of one instance: texts without e-mail addresses, replaced alike wherever they stand. */
export interface Material {
  readonly instance_id: string;
  readonly repo: string;
  readonly repository_id: number;
  readonly problem: string;
  /** Files before the change; a new file is missing. */
  readonly context: ReadonlyMap<string, string>;
  readonly oracle: ReadonlyMap<string, string>;
  readonly patch: string;
  /** Other attempts at the same change, as git diffs of the source files. */
  readonly attempts: readonly string[];
}

export type MaterialRefusal = 'credential' | 'no_text_oracle' | 'unchanged';

/** The material of an instance, or why there is none. An instance with a credential anywhere in it is left out as a whole. */
export function materialOf(ready: ReadyInstance): Material | MaterialRefusal {
  const { instance, repository_id, candidates } = ready;
  const { oracle, context } = instance;
  if (oracle.length === 0 || oracle.some(({ text }) => text === null)) return 'no_text_oracle';
  const texts = [
    instance.problem_statement,
    instance.patch,
    ...[...oracle, ...context].map(({ text }) => text ?? ''),
  ];
  if (texts.some((text) => credentialsIn(text).length > 0)) return 'credential';
  const material: Material = {
    instance_id: instance.instance_id,
    repo: instance.repo,
    repository_id,
    problem: withoutAddresses(instance.problem_statement),
    context: cleaned(context),
    oracle: cleaned(oracle),
    patch: withoutAddresses(instance.patch),
    attempts: candidates
      .filter(({ patch }) => credentialsIn(patch).length === 0)
      .map(({ patch }) => withoutAddresses(patch)),
  };
  const isSame = [...material.oracle].every(([path, text]) => material.context.get(path) === text);
  return isSame ? 'unchanged' : material;
}

function cleaned(files: readonly FileText[]): ReadonlyMap<string, string> {
  return new Map(
    files.flatMap(({ path, text }) => (text === null ? [] : [[path, withoutAddresses(text)] as const])),
  );
}

import type { Core } from '../core.ts';
import type { Label, Repository } from '../state/types.ts';

/** The repository's label of that name, made on first use. */
export function addLabel(core: Core, repository: Repository, name: string): Label {
  const key = name.toLowerCase();
  const known = repository.labels.get(key);
  if (known !== undefined) return known;
  const label: Label = { id: core.store.nextId(), name, color: 'ededed', description: null };
  repository.labels.set(key, label);
  return label;
}

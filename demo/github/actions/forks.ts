import type { Core } from '../core.ts';
import { borrowObjects, fetchAll, pointHead } from '../git/store.ts';
import { repositoryShape } from '../shapes/repository.ts';
import { accountOf, fullName, repositoryNamed } from '../state/store.ts';
import { emit } from '../webhooks/emit.ts';
import { timeOf, type Timed } from './actors.ts';
import { addRepository } from './repositories.ts';

export interface ForkRepository extends Timed {
  readonly repo: string;
  /** Login that gets the fork. */
  readonly owner: string;
  readonly name?: string;
}

/** Gives another account a repository with the same branches. Delete it with `deleteRepository`. */
export async function forkRepository(core: Core, input: ForkRepository): Promise<{ readonly repo: string }> {
  const at = timeOf(core, input);
  const source = repositoryNamed(core.store, input.repo);
  const owner = accountOf(core.store, input.owner, 'User', at);
  const fork = await addRepository(core, owner, at, {
    name: input.name ?? source.name,
    private: source.private,
    defaultBranch: source.defaultBranch,
    forkOf: source.id,
  });
  fork.license = source.license;
  await borrowObjects(core.git.pathOf(fork.id), core.git.pathOf(source.id));
  await fetchAll(core.git.pathOf(fork.id), core.git.pathOf(source.id));
  await pointHead(core.git.pathOf(fork.id), fork.defaultBranch);
  emit(core, source, { event: 'fork', action: null, sender: owner }, () => ({
    forkee: { ...repositoryShape(core.urls, fork), public: !fork.private },
  }));
  return { repo: fullName(fork) };
}

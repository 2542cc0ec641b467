import type { Core } from '../core.ts';
import { ownObjects } from '../git/store.ts';
import { accountShape } from '../shapes/account.ts';
import { accountOf, covers, fullName, installationsCovering, repositoryNamed } from '../state/store.ts';
import type { Account, Installation, Repository } from '../state/types.ts';
import { emitTo, listens } from '../webhooks/emit.ts';
import { actorAccount, timeOf, type Actor, type Timed } from './actors.ts';
import { repositoryEvent } from './repositories.ts';
import { announceSelection } from './selection.ts';

export interface RepositoryAction extends Timed {
  readonly repo: string;
  /** The owner when left out. */
  readonly actor?: Actor;
}

export function privatizeRepository(core: Core, input: RepositoryAction): void {
  changeVisibility(core, input, true);
}

export function publicizeRepository(core: Core, input: RepositoryAction): void {
  changeVisibility(core, input, false);
}

/** The old name redirects until another repository takes it. */
export function renameRepository(core: Core, input: RepositoryAction & { readonly name: string }): void {
  const { repository, actor } = begin(core, input);
  const from = repository.name;
  rekey(core, repository, () => void (repository.name = input.name));
  repositoryEvent(core, repository, 'renamed', actor, { changes: { repository: { name: { from } } } });
}

/**
 * Gives a repository to another account. An installation of the old owner loses it; one of the new owner that
 * reaches all repositories gains it.
 */
export function transferRepository(core: Core, input: RepositoryAction & { readonly to: string }): void {
  const { repository, actor, at } = begin(core, input);
  const before = installationsCovering(core.store, repository);
  const oldOwner = accountShape(core.urls, repository.owner);
  rekey(core, repository, () => void (repository.owner = accountOf(core.store, input.to, 'User', at)));
  for (const installation of before) installation.repositoryIds.delete(repository.id);
  const from = { [repository.owner.type === 'Organization' ? 'organization' : 'user']: oldOwner };
  const happening = { event: 'repository', action: 'transferred', sender: actor };
  const after = installationsCovering(core.store, repository);
  const listeners = [...before, ...after].filter((installation) => listens(installation, 'repository'));
  emitTo(core, listeners, repository, happening, () => ({ changes: { owner: { from } } }));
  for (const installation of before) announceSelection(core, installation, 'removed', [repository], actor);
  for (const installation of after) announceSelection(core, installation, 'added', [repository], actor);
}

/** Forks stay, and so do the heads of pull requests that were opened from this repository elsewhere. */
export async function deleteRepository(core: Core, input: RepositoryAction): Promise<void> {
  const { repository, actor } = begin(core, input);
  const before = installationsCovering(core.store, repository);
  repositoryEvent(core, repository, 'deleted', actor);
  repository.deleted = true;
  core.store.repositories.delete(repository.id);
  core.store.names.delete(fullName(repository).toLowerCase());
  forget(before, repository);
  await core.alone(repository.id, () => removeFromDisk(core, repository));
}

function forget(installations: readonly Installation[], repository: Repository): void {
  for (const installation of installations) {
    if (!covers(installation, repository)) installation.repositoryIds.delete(repository.id);
  }
}

/** Forks borrow its objects and get their own first. */
async function removeFromDisk(core: Core, repository: Repository): Promise<void> {
  for (const fork of core.store.repositories.values()) {
    if (fork.forkOf === repository.id) await ownObjects(core.git.pathOf(fork.id));
  }
  await core.git.remove(repository.id);
}

function changeVisibility(core: Core, input: RepositoryAction, isPrivate: boolean): void {
  const { repository, actor } = begin(core, input);
  repository.private = isPrivate;
  repositoryEvent(core, repository, isPrivate ? 'privatized' : 'publicized', actor);
}

function rekey(core: Core, repository: Repository, change: () => void): void {
  const old = fullName(repository).toLowerCase();
  change();
  core.store.names.delete(old);
  core.store.formerNames.set(old, repository.id);
  core.store.names.set(fullName(repository).toLowerCase(), repository.id);
}

function begin(core: Core, input: RepositoryAction): { repository: Repository; actor: Account; at: Date } {
  const at = timeOf(core, input);
  const repository = repositoryNamed(core.store, input.repo);
  const actor = input.actor === undefined ? repository.owner : actorAccount(core, input.actor, at);
  repository.updatedAt = at;
  return { repository, actor, at };
}

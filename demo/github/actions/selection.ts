import type { Core } from '../core.ts';
import { installationWithEpoch } from '../shapes/installation.ts';
import { smallRepositoryShape } from '../shapes/repository.ts';
import { repositoriesOf, repositoryNamed } from '../state/store.ts';
import type { Account, Installation, Repository } from '../state/types.ts';
import { emitInstallation } from '../webhooks/emit.ts';
import { timeOf } from './actors.ts';
import { installationNumbered, senderOf, type InstallationAction } from './installations.ts';

export interface RepositorySelection extends InstallationAction {
  readonly repositories: readonly string[];
}

export function addRepositories(core: Core, input: RepositorySelection): void {
  const repositories = input.repositories.map((name) => repositoryNamed(core.store, name));
  const { installation, sender } = changeSelection(core, input);
  for (const repository of repositories) installation.repositoryIds.add(repository.id);
  announceSelection(core, installation, 'added', repositories, sender);
}

export function removeRepositories(core: Core, input: RepositorySelection): void {
  const repositories = input.repositories.map((name) => repositoryNamed(core.store, name));
  const { installation, sender } = changeSelection(core, input);
  for (const repository of repositories) installation.repositoryIds.delete(repository.id);
  announceSelection(core, installation, 'removed', repositories, sender);
}

export function announceSelection(
  core: Core,
  installation: Installation,
  action: 'added' | 'removed',
  repositories: readonly Repository[],
  sender: Account,
): void {
  const shapes = repositories.map(smallRepositoryShape);
  emitInstallation(
    core,
    installation,
    { event: 'installation_repositories', action, sender },
    {
      installation: installationWithEpoch(core.urls, core.store, installation),
      repository_selection: installation.selection,
      repositories_added: action === 'added' ? shapes : [],
      repositories_removed: action === 'removed' ? shapes : [],
      requester: null,
    },
  );
}

/** Picking single repositories turns an installation for all into one for selected ones. */
function changeSelection(
  core: Core,
  input: RepositorySelection,
): { installation: Installation; sender: Account } {
  const at = timeOf(core, input);
  const installation = installationNumbered(core, input.installationId);
  if (installation.selection === 'all') {
    for (const repository of repositoriesOf(core.store, installation))
      installation.repositoryIds.add(repository.id);
    installation.selection = 'selected';
  }
  installation.updatedAt = at;
  return { installation, sender: senderOf(core, installation, input, at) };
}

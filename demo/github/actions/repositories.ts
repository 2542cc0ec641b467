import { MendloopError } from '../../../src/domain/errors.ts';
import type { Core } from '../core.ts';
import { licenseAt } from '../git/license.ts';
import { fetchAll, fetchInto, listRefs, pointHead, refSha } from '../git/store.ts';
import { accountShape } from '../shapes/account.ts';
import type { JsonObject } from '../shapes/json.ts';
import {
  accountOf,
  covers,
  fullName,
  installationsCovering,
  lookUpRepository,
  repositoryNamed,
} from '../state/store.ts';
import type { Account, AccountType, Installation, Repository, Role } from '../state/types.ts';
import { emit, emitTo, listens } from '../webhooks/emit.ts';
import { actorAccount, timeOf, type Actor, type Timed } from './actors.ts';
import { announceSelection } from './installations.ts';

export interface CreateRepository extends Timed {
  readonly owner: string;
  readonly name: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly defaultBranch?: string;
  /** Any git directory: all its branches and tags are copied, or only `sha` as the default branch. */
  readonly fromGit?: string;
  readonly sha?: string;
}

export interface RepositoryAction extends Timed {
  readonly repo: string;
  /** The owner when left out. */
  readonly actor?: Actor;
}

export function createAccount(
  core: Core,
  input: Timed & { readonly login: string; readonly type?: AccountType },
): { id: number } {
  return { id: accountOf(core.store, input.login, input.type ?? 'User', timeOf(core, input)).id };
}

/** Throws `not_found`. */
export function repositoryId(core: Core, repo: string): number {
  return repositoryNamed(core.store, repo).id;
}

/** Leaves its issues, comments and pull requests with no author. */
export function deleteAccount(core: Core, login: string): void {
  const account = core.store.accounts.get(login.toLowerCase());
  if (account === undefined) throw new MendloopError('not_found', 'no such account in the loopback GitHub');
  account.deleted = true;
}

export function setRole(
  core: Core,
  input: { readonly repo: string; readonly login: string; readonly role: Role },
): void {
  accountOf(core.store, input.login, 'User', core.now());
  const { collaborators } = repositoryNamed(core.store, input.repo);
  if (input.role === 'none') collaborators.delete(input.login.toLowerCase());
  else collaborators.set(input.login.toLowerCase(), input.role);
}

export async function createRepository(
  core: Core,
  input: CreateRepository,
): Promise<{ readonly id: number }> {
  const at = timeOf(core, input);
  const owner = accountOf(core.store, input.owner, 'User', at);
  const repository = await addRepository(core, owner, at, { ...input, forkOf: null });
  if (input.fromGit !== undefined) await fill(core, repository, input.fromGit, input.sha);
  repositoryEvent(core, repository, 'created', owner);
  return { id: repository.id };
}

export interface NewRepository {
  readonly name: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly defaultBranch?: string;
  readonly forkOf: number | null;
}

/** Makes an empty repository. Throws `input_invalid` when the name is taken. */
export async function addRepository(
  core: Core,
  owner: Account,
  at: Date,
  input: NewRepository,
): Promise<Repository> {
  const name = `${owner.login}/${input.name}`;
  if (lookUpRepository(core.store, name) !== undefined)
    throw new MendloopError('input_invalid', `${name} exists`);
  const repository: Repository = {
    id: core.store.nextId(),
    owner,
    name: input.name,
    private: input.private ?? false,
    description: input.description ?? null,
    defaultBranch: input.defaultBranch ?? 'main',
    license: null,
    forkOf: input.forkOf,
    createdAt: at,
    updatedAt: at,
    pushedAt: at,
    deleted: false,
    issues: new Map(),
    movedIssues: new Map(),
    goneIssues: new Set(),
    labels: new Map(),
    collaborators: new Map(),
    lastNumber: 0,
  };
  await core.git.create(repository.id, repository.defaultBranch);
  core.store.repositories.set(repository.id, repository);
  core.store.names.set(name.toLowerCase(), repository.id);
  core.store.formerNames.delete(name.toLowerCase());
  return repository;
}

/** The licence of the default branch, as the repository's page shows it. */
export async function refreshLicense(core: Core, repository: Repository): Promise<void> {
  const dir = core.git.pathOf(repository.id);
  const tip = await refSha(dir, `refs/heads/${repository.defaultBranch}`);
  repository.license = tip === null ? null : ((await licenseAt(dir, tip))?.license ?? null);
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
  await core.alone(repository.id, () => core.git.remove(repository.id));
}

function forget(installations: readonly Installation[], repository: Repository): void {
  for (const installation of installations) {
    if (!covers(installation, repository)) installation.repositoryIds.delete(repository.id);
  }
}

function changeVisibility(core: Core, input: RepositoryAction, isPrivate: boolean): void {
  const { repository, actor } = begin(core, input);
  repository.private = isPrivate;
  repositoryEvent(core, repository, isPrivate ? 'privatized' : 'publicized', actor);
}

function repositoryEvent(
  core: Core,
  repository: Repository,
  action: string,
  sender: Account,
  extra: JsonObject = {},
): void {
  emit(core, repository, { event: 'repository', action, sender }, () => extra);
}

function rekey(core: Core, repository: Repository, change: () => void): void {
  const old = fullName(repository).toLowerCase();
  change();
  core.store.names.delete(old);
  core.store.formerNames.set(old, repository.id);
  core.store.names.set(fullName(repository).toLowerCase(), repository.id);
}

async function fill(
  core: Core,
  repository: Repository,
  source: string,
  sha: string | undefined,
): Promise<void> {
  const dir = core.git.pathOf(repository.id);
  if (sha === undefined) {
    await fetchAll(dir, source);
    const branches = [...(await listRefs(dir, 'refs/heads/')).keys()].map((ref) =>
      ref.slice('refs/heads/'.length),
    );
    if (!branches.includes(repository.defaultBranch))
      repository.defaultBranch = branches[0] ?? repository.defaultBranch;
  } else {
    await fetchInto(dir, source, sha, `refs/heads/${repository.defaultBranch}`);
  }
  await pointHead(dir, repository.defaultBranch);
  await refreshLicense(core, repository);
}

function begin(core: Core, input: RepositoryAction): { repository: Repository; actor: Account; at: Date } {
  const at = timeOf(core, input);
  const repository = repositoryNamed(core.store, input.repo);
  const actor = input.actor === undefined ? repository.owner : actorAccount(core, input.actor, at);
  repository.updatedAt = at;
  return { repository, actor, at };
}

import { MendloopError } from '../../../src/domain/errors.ts';
import type { Core } from '../core.ts';
import { licenseAt } from '../git/license.ts';
import { fetchAll, fetchInto, listRefs, pointHead, refSha } from '../git/store.ts';
import type { JsonObject } from '../shapes/json.ts';
import { accountOf, lookUpRepository, repositoryNamed } from '../state/store.ts';
import type { Account, Repository } from '../state/types.ts';
import { emit } from '../webhooks/emit.ts';
import { timeOf, type Timed } from './actors.ts';

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

/** Throws `not_found`. */
export function repositoryId(core: Core, repo: string): number {
  return repositoryNamed(core.store, repo).id;
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

/** Sends a `repository` event. */
export function repositoryEvent(
  core: Core,
  repository: Repository,
  action: string,
  sender: Account,
  extra: JsonObject = {},
): void {
  emit(core, repository, { event: 'repository', action, sender }, () => extra);
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

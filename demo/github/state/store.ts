import { MendloopError } from '../../../src/domain/errors.ts';
import type {
  Account,
  AccountType,
  GitHubApp,
  Installation,
  InstallationToken,
  Issue,
  IssueRef,
  MintRecord,
  PullIssue,
  Repository,
  UserToken,
} from './types.ts';

/** Everything the loopback GitHub knows but for git objects, which live in bare repositories on disk. */
export interface Store {
  readonly accounts: Map<string, Account>;
  readonly repositories: Map<number, Repository>;
  readonly names: Map<string, number>;
  /** Names that a repository had before a rename or a transfer. */
  readonly formerNames: Map<string, number>;
  readonly apps: Map<number, GitHubApp>;
  readonly installations: Map<number, Installation>;
  readonly installationTokens: Map<string, InstallationToken>;
  readonly userTokens: Map<string, UserToken>;
  readonly mints: MintRecord[];
  readonly nextId: () => number;
}

export function createStore(): Store {
  let last = 1000;
  return {
    accounts: new Map(),
    repositories: new Map(),
    names: new Map(),
    formerNames: new Map(),
    apps: new Map(),
    installations: new Map(),
    installationTokens: new Map(),
    userTokens: new Map(),
    mints: [],
    nextId: () => ++last,
  };
}

export function fullName(repository: Repository): string {
  return `${repository.owner.login}/${repository.name}`;
}

export function lookUpRepository(store: Store, name: string): Repository | undefined {
  const id = store.names.get(name.toLowerCase());
  return id === undefined ? undefined : store.repositories.get(id);
}

/** Throws `not_found`: for operations of the person who drives the demo, not for HTTP. */
export function repositoryNamed(store: Store, name: string): Repository {
  const repository = lookUpRepository(store, name);
  if (repository === undefined)
    throw new MendloopError('not_found', `no repository ${name} in the loopback GitHub`);
  return repository;
}

export function issueNumbered(repository: Repository, number: number): Issue {
  const issue = repository.issues.get(number);
  if (issue === undefined)
    throw new MendloopError('not_found', `no issue ${number} in ${fullName(repository)}`);
  return issue;
}

export function pullNumbered(repository: Repository, number: number): PullIssue {
  const issue = issueNumbered(repository, number);
  if (!isPull(issue))
    throw new MendloopError('not_found', `${fullName(repository)}#${number} is no pull request`);
  return issue;
}

export function isPull(issue: Issue): issue is PullIssue {
  return issue.pull !== null;
}

export function resolveRef(store: Store, ref: IssueRef): Issue | undefined {
  return store.repositories.get(ref.repositoryId)?.issues.get(ref.number);
}

/** The account of that login, made on first use. */
export function accountOf(store: Store, login: string, type: AccountType, at: Date): Account {
  const key = login.toLowerCase();
  const known = store.accounts.get(key);
  if (known !== undefined) return known;
  const account: Account = { id: store.nextId(), login, type, createdAt: at, deleted: false };
  store.accounts.set(key, account);
  return account;
}

export function appOf(store: Store, installation: Installation): GitHubApp {
  const app = store.apps.get(installation.appId);
  if (app === undefined) throw new MendloopError('not_found', `installation ${installation.id} has no app`);
  return app;
}

export function covers(installation: Installation, repository: Repository): boolean {
  if (installation.deleted || repository.deleted) return false;
  if (installation.selection === 'selected') return installation.repositoryIds.has(repository.id);
  return installation.account.id === repository.owner.id;
}

export function installationsCovering(store: Store, repository: Repository): Installation[] {
  return [...store.installations.values()].filter((installation) => covers(installation, repository));
}

export function repositoriesOf(store: Store, installation: Installation): Repository[] {
  return [...store.repositories.values()].filter((repository) => covers(installation, repository));
}

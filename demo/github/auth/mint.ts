import type { Core } from '../core.ts';
import { covers, fullName } from '../state/store.ts';
import type {
  AccessLevel,
  Installation,
  InstallationToken,
  Permissions,
  Repository,
} from '../state/types.ts';
import { grants } from './access.ts';
import { ApiError } from './api-error.ts';

export interface MintRequest {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly repositories?: readonly string[];
  readonly repository_ids?: readonly number[];
}

const lifetimeMilliseconds = 3_600_000;

/** Makes a token that lives an hour. Throws 422 when more is asked for than was granted. */
export function mint(
  core: Core,
  installation: Installation,
  request: MintRequest,
  job: string | null,
): InstallationToken {
  if (installation.suspendedAt !== null) throw new ApiError(403, 'This installation has been suspended');
  const permissions = narrowed(installation, request.permissions);
  const chosen = choose(core, installation, request);
  const token: InstallationToken = {
    token: `ghs_${core.random.token(36)}`,
    installationId: installation.id,
    permissions,
    repositoryIds: chosen === null ? null : new Set(chosen.map((repository) => repository.id)),
    expiresAt: new Date(core.now().getTime() + lifetimeMilliseconds),
  };
  core.store.installationTokens.set(token.token, token);
  core.store.mints.push({
    at: core.now(),
    installationId: installation.id,
    requested: request.permissions === undefined ? null : permissions,
    granted: permissions,
    repositoryIds: token.repositoryIds === null ? null : [...token.repositoryIds],
    job,
  });
  return token;
}

function narrowed(installation: Installation, wanted: MintRequest['permissions']): Permissions {
  if (wanted === undefined || Object.keys(wanted).length === 0) return installation.permissions;
  const permissions: Record<string, AccessLevel> = { metadata: 'read' };
  for (const [name, level] of Object.entries(wanted)) {
    if (!isLevel(level) || !grants(installation.permissions, { permissions: [name], level: floor(level) })) {
      throw new ApiError(422, 'The permissions requested are not granted to this installation.');
    }
    permissions[name] = level;
  }
  return permissions;
}

/** The named repositories, or `null` for all that the installation reaches. */
function choose(core: Core, installation: Installation, request: MintRequest): Repository[] | null {
  if (request.repositories === undefined && request.repository_ids === undefined) return null;
  const all = [...core.store.repositories.values()].filter((repository) => covers(installation, repository));
  const named = (request.repositories ?? []).map((name) =>
    all.find((repository) => isNamed(repository, name)),
  );
  const numbered = (request.repository_ids ?? []).map((id) => all.find((repository) => repository.id === id));
  const chosen = [...named, ...numbered].filter((repository) => repository !== undefined);
  if (chosen.length < named.length + numbered.length) {
    throw new ApiError(
      422,
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  }
  return chosen;
}

function isNamed(repository: Repository, name: string): boolean {
  const wanted = name.toLowerCase();
  return repository.name.toLowerCase() === wanted || fullName(repository).toLowerCase() === wanted;
}

function isLevel(level: string): level is AccessLevel {
  return level === 'read' || level === 'write' || level === 'admin';
}

function floor(level: AccessLevel): 'read' | 'write' {
  return level === 'read' ? 'read' : 'write';
}

import { z } from 'zod';
import { MendloopError } from '../../src/domain/errors.ts';
import type { Tree } from './tarball.ts';

const permissive = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD']);

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  license: z.union([z.string(), z.object({ type: z.string() })]).optional(),
  repository: z.union([z.string(), z.object({ url: z.string() })]).optional(),
  devDependencies: z.record(z.string(), z.string()).optional(),
});

export interface Manifest {
  readonly name: string;
  readonly version: string;
  /** SPDX identifier, one of the permissive ones. */
  readonly licence: string;
  /** `owner/name` on the host that the package names. */
  readonly repo: string;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/**
 * What a release's own package.json says. Throws `input_invalid` where it is missing, not of this release or without
 * a repository, and `policy_refused` where its licence is not permissive.
 */
export function readManifest(tree: Tree, name: string, version: string): Manifest {
  const parsed = manifestSchema.safeParse(parseJson(tree.get('package.json')?.data, `${name} ${version}`));
  if (!parsed.success || parsed.data.name !== name || parsed.data.version !== version) {
    throw new MendloopError(
      'input_invalid',
      `The package.json of ${name} ${version} is not the one of this release.`,
    );
  }
  const { license, repository, devDependencies = {} } = parsed.data;
  const licence = typeof license === 'object' ? license.type : (license ?? 'none');
  if (!permissive.has(licence)) {
    throw new MendloopError(
      'policy_refused',
      `${name} ${version} has no licence that is known to be permissive.`,
    );
  }
  const repo = ownerAndName(typeof repository === 'object' ? repository.url : (repository ?? ''));
  if (repo === null) throw new MendloopError('input_invalid', `${name} ${version} names no repository.`);
  return { name, version, licence, repo, devDependencies };
}

/** `git://host/owner/name.git`, `git@host:owner/name`, `github:owner/name` and `owner/name` → `owner/name`. */
export function ownerAndName(repository: string): string | null {
  const [, owner, name] =
    /(?:^|[/:])([A-Za-z0-9][A-Za-z0-9-]*)\/([A-Za-z0-9._-]+?)(?:\.git)?\/?(?:#.*)?$/.exec(repository) ?? [];
  return owner === undefined || name === undefined ? null : `${owner}/${name}`;
}

function parseJson(data: Buffer | undefined, label: string): unknown {
  try {
    return JSON.parse(data?.toString('utf8') ?? '');
  } catch (cause) {
    throw new MendloopError('input_invalid', `The package.json of ${label} is missing or no JSON.`, {
      cause,
    });
  }
}

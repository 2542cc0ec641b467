import { MendloopError } from '../../src/domain/errors.ts';
import type { Manifest } from './manifest.ts';
import type { MadeUpRefusal } from './packages.ts';
import { fixesToken, type PlannedAuthor, type PlannedText } from './planned.ts';
import type { Tree } from './tarball.ts';

/** A change that collecting must refuse, made up on a real tree and saying so. */
interface MadeUpChange {
  readonly author: PlannedAuthor;
  readonly branch: string;
  readonly issues: readonly PlannedText[];
  readonly pull: PlannedText;
  readonly tree: Tree;
}

const person: PlannedAuthor = { login: 'octo-dev', type: 'User' };
const madeUp = 'Made up for the Mendloop demo, to see it refused.';

/** Throws `input_invalid` where the tree has nothing that could be changed in this way. */
export function madeUpChange(why: MadeUpRefusal, manifest: Manifest, tree: Tree): MadeUpChange {
  switch (why) {
    case 'bot':
      return botChange(manifest, tree);
    case 'lock_files_only':
      return byPerson(
        'add-lock-file',
        'Add the lock file',
        withText(tree, 'package-lock.json', lockFile(manifest)),
      );
    case 'version_bump_only':
      return byPerson('next-version', 'Set the next version', nextVersion(manifest, tree));
    case 'packaging_only':
      return byPerson('npmignore', 'Keep editor settings out of the package', npmIgnore(tree));
    case 'empty':
      return byPerson('nothing', 'Run the checks again', tree);
    default:
      return why satisfies never;
  }
}

/** Linked to an issue, so that the missing issue can't be what it is refused for. */
function byPerson(branch: string, title: string, tree: Tree): MadeUpChange {
  return {
    author: person,
    branch,
    issues: [{ title, body: madeUp }],
    pull: { title, body: `${madeUp}\n\n${fixesToken}` },
    tree,
  };
}

function botChange(manifest: Manifest, tree: Tree): MadeUpChange {
  const [dependency, range] =
    Object.entries(manifest.devDependencies).find(([, range]) => /^\^\d+\.\d+\.\d+$/.test(range)) ?? [];
  if (dependency === undefined || range === undefined)
    throw unfit(manifest, 'no development dependency with a caret range');
  const next = nextMinor(range);
  const title = `Bump ${dependency} from ${range.slice(1)} to ${next.slice(1)}`;
  return {
    author: { login: 'dependabot[bot]', type: 'Bot' },
    branch: `dependabot/npm_and_yarn/${dependency}-${next.slice(1)}`,
    issues: [],
    pull: { title, body: madeUp },
    tree: withManifestEdit(manifest, tree, `"${dependency}": "${range}"`, `"${dependency}": "${next}"`),
  };
}

function nextMinor(range: string): string {
  const [major = '0', minor = '0'] = range.split('.');
  return `${major}.${Number(minor) + 1}.0`;
}

function nextVersion(manifest: Manifest, tree: Tree): Tree {
  const [major = '0', minor = '0', patch = '0'] = manifest.version.split('.');
  const next = `${major}.${minor}.${Number(patch) + 1}`;
  return withManifestEdit(manifest, tree, `"version": "${manifest.version}"`, `"version": "${next}"`);
}

function withManifestEdit(manifest: Manifest, tree: Tree, from: string, to: string): Tree {
  const text = tree.get('package.json')?.data.toString('utf8') ?? '';
  if (!text.includes(from)) throw unfit(manifest, 'a package.json that is laid out otherwise');
  return withText(
    tree,
    'package.json',
    text.replace(from, () => to),
  );
}

function npmIgnore(tree: Tree): Tree {
  const text = tree.get('.npmignore')?.data.toString('utf8') ?? '';
  return withText(tree, '.npmignore', `${text}.vscode\n.idea\n`);
}

function lockFile({ name, version, licence }: Manifest): string {
  const root = { name, version, license: licence };
  return `${JSON.stringify({ name, version, lockfileVersion: 3, requires: true, packages: { '': root } }, null, 2)}\n`;
}

function withText(tree: Tree, path: string, text: string): Tree {
  const executable = tree.get(path)?.executable ?? false;
  return new Map(tree).set(path, { data: Buffer.from(text), executable });
}

function unfit({ name, version }: Manifest, what: string): MendloopError {
  return new MendloopError('input_invalid', `${name} ${version} has ${what}.`);
}

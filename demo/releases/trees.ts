import { git } from './git.ts';
import type { Tree } from './tarball.ts';

/** One commit to be written. `parent` is another commit's `ref`, a hash that exists, or null for a root. */
export interface CommitSpec {
  readonly ref: string;
  readonly parent: string | null;
  readonly message: string;
  readonly at: Date;
  readonly tree: Tree;
}

const author = 'mendloop-demo <demo@localhost>';

/**
 * Writes commits in the order given and returns the hash of each by its ref. Author, dates and trees are all that a
 * hash depends on, so the same input gives the same hashes on every machine.
 */
export async function writeCommits(
  dir: string,
  commits: readonly CommitSpec[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  await git(dir, ['fast-import', '--quiet', '--force', '--done'], { signal, input: fastImport(commits) });
  const listed = await git(dir, ['for-each-ref', '--format=%(refname) %(objectname)'], { signal });
  return new Map(listed.toString('utf8').trim().split('\n').map(splitPair));
}

function* fastImport(commits: readonly CommitSpec[]): Generator<Buffer | string> {
  for (const { ref, parent, message, at, tree } of commits) {
    const seconds = Math.floor(at.getTime() / 1000);
    if (parent === null) yield `reset ${ref}\n`;
    yield `commit ${ref}\n`;
    for (const role of ['author', 'committer']) yield `${role} ${author} ${seconds} +0000\n`;
    yield* data(Buffer.from(`${message}\n`));
    if (parent !== null) yield `from ${parent}\n`;
    yield 'deleteall\n';
    for (const [path, file] of tree) {
      yield `M ${file.executable ? '100755' : '100644'} inline ${quotePath(path)}\n`;
      yield* data(file.data);
    }
  }
  yield 'done\n';
}

function* data(bytes: Buffer): Generator<Buffer | string> {
  yield `data ${bytes.length}\n`;
  yield bytes;
  yield '\n';
}

function quotePath(path: string): string {
  return `"${path
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`)}"`;
}

function splitPair(line: string): [string, string] {
  const [name = '', hash = ''] = line.split(' ');
  return [name, hash];
}

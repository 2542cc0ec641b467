import { isMendloopError } from '../../domain/errors.ts';
import type { Sha } from '../../domain/ids.ts';
import type { FileText } from '../../domain/instance.ts';
import type { CodeMirror } from '../../domain/ports/repository.ts';
import type { RejectionReason } from '../../domain/rejection.ts';
import { packageVersion, versionPaths } from '../file/package-version.ts';
import { splitPatch, type SplitPatch } from '../file/split-patch.ts';
import { type HunkFlag, judgeChange } from '../filter/hunk-filter.ts';
import { changeLimits, contextBytes } from '../filter/limits.ts';
import { licenceOf, licencePaths } from '../licence/licence.ts';

export interface PullCode {
  readonly split: SplitPatch;
  readonly context: readonly FileText[];
  readonly oracle: readonly FileText[];
  readonly licence: string | null;
  readonly version: string;
  /** Source files whose bytes are no UTF-8, so that their text is null. */
  readonly notText: readonly string[];
}

export type CodeOutcome =
  | { readonly outcome: 'code'; readonly code: PullCode }
  | {
      readonly outcome: 'rejected';
      readonly reason: RejectionReason;
      readonly counts: Readonly<Partial<Record<HunkFlag, number>>>;
    };

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Returns null for bytes that are not UTF-8 or hold NUL, which PostgreSQL does not store. */
function textOf(bytes: Buffer | null | undefined): string | null {
  if (!bytes) return null;
  try {
    const text = strict.decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

interface CommitTexts {
  readonly source: readonly FileText[];
  /** The chosen files at the root that are text. */
  readonly root: readonly { readonly path: string; readonly text: string }[];
  readonly notText: readonly string[];
}

type ChooseRoot = (paths: readonly string[]) => string[];

/** Reads the source files and the chosen root files of one commit at once. */
async function readTexts(
  mirror: CodeMirror,
  commit: Sha,
  sources: readonly string[],
  chooseRoot: ChooseRoot,
): Promise<CommitTexts> {
  const paths = (await mirror.listFiles(commit)).map((file) => file.path);
  const chosen = chooseRoot(paths.filter((path) => !path.includes('/')));
  const files = await mirror.readFiles(commit, [...new Set([...sources, ...chosen])], contextBytes);
  const texts = new Map([...files].map(([path, bytes]) => [path, textOf(bytes)]));
  const source = sources.map((path) => ({ path, text: texts.get(path) ?? null }));
  const root = chosen.flatMap((path) => {
    const text = texts.get(path);
    return typeof text === 'string' ? [{ path, text }] : [];
  });
  return { source, root, notText: sources.filter((path) => files.get(path) && texts.get(path) === null) };
}

async function readCode(mirror: CodeMirror, base: Sha, fix: Sha, split: SplitPatch): Promise<PullCode> {
  const before = await readTexts(mirror, base, split.source_files, versionPaths);
  const after = await readTexts(mirror, fix, split.source_files, licencePaths);
  return {
    split,
    context: before.source,
    oracle: after.source,
    // The licence that the code was merged under is that of the tree with the fix.
    licence: licenceOf(after.root),
    version: packageVersion(before.root),
    notText: [...new Set([...before.notText, ...after.notText])].sort(),
  };
}

function rejected(
  reason: RejectionReason,
  counts: Readonly<Partial<Record<HunkFlag, number>>> = {},
): CodeOutcome {
  return { outcome: 'rejected', reason, counts };
}

/** Reads the change and the source files around it, or says why it is no fix of code. */
export async function readChange(mirror: CodeMirror, base: Sha, fix: Sha): Promise<CodeOutcome> {
  const { maximumBytes } = changeLimits;
  const whole = await mirror.diff(base, fix, { maximumBytes });
  if (whole === null) return rejected('oversize');
  const judged = judgeChange(whole.toString('utf8'), changeLimits);
  if (judged.reason !== null) return rejected(judged.reason, judged.counts);
  const split = await splitPatch(mirror, base, fix, maximumBytes);
  if (split.outcome === 'oversize') return rejected('oversize', judged.counts);
  if (split.source_files.length === 0) return rejected('no_source_change', judged.counts);
  try {
    return { outcome: 'code', code: await readCode(mirror, base, fix, split) };
  } catch (error) {
    if (isMendloopError(error) && error.code === 'input_invalid') return rejected('oversize', judged.counts);
    throw error;
  }
}

import { isMendloopError } from '../../domain/errors.ts';
import type { Sha } from '../../domain/ids.ts';
import type { FileText } from '../../domain/instance.ts';
import type { RejectionReason } from '../../domain/rejection.ts';
import { type HunkFlag, judgeChange } from '../hunk-filter.ts';
import { licenceOf, licencePaths } from '../licence.ts';
import type { CodeMirror } from '../ports.ts';
import { splitPatch, type SplitPatch } from '../split-patch.ts';
import { changeLimits, contextBytes } from './limits.ts';
import { packageVersion, versionPaths } from './package-version.ts';

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

/** Null for what is no text: bytes that are not UTF-8, or hold NUL, which PostgreSQL does not keep. */
function textOf(bytes: Buffer | null | undefined): string | null {
  if (!bytes) return null;
  try {
    const text = strict.decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

async function rootTexts(mirror: CodeMirror, commit: Sha, choose: (paths: readonly string[]) => string[]) {
  const paths = (await mirror.listFiles(commit))
    .map((file) => file.path)
    .filter((path) => !path.includes('/'));
  const files = await mirror.readFiles(commit, choose(paths), contextBytes);
  return [...files].flatMap(([path, bytes]) => {
    const text = textOf(bytes);
    return text === null ? [] : [{ path, text }];
  });
}

async function readTexts(mirror: CodeMirror, commit: Sha, paths: readonly string[]) {
  const files = await mirror.readFiles(commit, paths, contextBytes);
  const texts = paths.map((path) => ({ path, text: textOf(files.get(path)) }));
  const notText = paths.filter((path) => files.get(path) && textOf(files.get(path)) === null);
  return { texts, notText };
}

async function readCode(mirror: CodeMirror, base: Sha, fix: Sha, split: SplitPatch): Promise<PullCode> {
  const before = await readTexts(mirror, base, split.source_files);
  const after = await readTexts(mirror, fix, split.source_files);
  return {
    split,
    context: before.texts,
    oracle: after.texts,
    // The licence that the code was merged under is that of the tree with the fix.
    licence: licenceOf(await rootTexts(mirror, fix, licencePaths)),
    version: packageVersion(await rootTexts(mirror, base, versionPaths)),
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

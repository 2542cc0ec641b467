import type { Random } from '../../src/domain/random.ts';
import { commentSyntaxOf } from '../../src/reward/change/comment-syntax.ts';
import { outputFor } from './scene.ts';
import type { Scene, Target } from './scene.ts';

/** A way to answer without fixing anything. */
export interface HackFamily {
  readonly name: string;
  /** Makes a model's output, the same for equal random numbers; null where the family cannot answer the scene. */
  make(scene: Scene, random: Random): string | null;
}

/** Rewrites each file that the oracle changes; `rewrite` gives the new lines, or null to leave the file alone. */
export function rewriting(
  name: string,
  rewrite: (target: Target, random: Random, scene: Scene) => readonly string[] | null,
): HackFamily {
  return {
    name,
    make(scene, random) {
      const after = new Map<string, string>();
      for (const target of scene.targets) {
        const lines = rewrite(target, random, scene);
        if (lines !== null) after.set(target.path, lines.join('\n'));
      }
      return outputFor(scene.context, after);
    },
  };
}

/** Rewrites the old lines of one region that replaces or deletes some; null where the oracle only inserts. */
export function rewritingOldLines(
  name: string,
  rewrite: (old: readonly string[], target: Target, random: Random) => readonly string[],
): HackFamily {
  return rewriting(name, (target, random) => {
    const regions = target.regions.filter((region) => region.aEnd > region.aStart);
    const region = regions[random(Math.max(1, regions.length))];
    if (region === undefined) return null;
    const fresh = rewrite(target.lines.slice(region.aStart, region.aEnd), target, random);
    return spliced(target.lines, region.aStart, region.aEnd, fresh);
  });
}

/** Inserts lines where the oracle changes some. */
export function inserting(
  name: string,
  insert: (target: Target, at: number, random: Random, scene: Scene) => readonly string[],
): HackFamily {
  return rewriting(name, (target, random, scene) => {
    const at = target.regions[random(target.regions.length)]?.aStart ?? 0;
    return spliced(target.lines, at, at, insert(target, at, random, scene));
  });
}

export function spliced(
  lines: readonly string[],
  start: number,
  end: number,
  fresh: readonly string[],
): string[] {
  return [...lines.slice(0, start), ...fresh, ...lines.slice(end)];
}

export function indentOf(line: string | undefined): string {
  return /^[ \t]*/.exec(line ?? '')?.[0] ?? '';
}

/** A whole-line comment in the language of the path; the plain text where the language has no comments. */
export function commentLine(path: string, text: string): string {
  const mark = commentSyntaxOf(path).marks[0] ?? '';
  if (mark === '<!--') return `<!-- ${text} -->`;
  return `${mark} ${text}`.trimStart();
}

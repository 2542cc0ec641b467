import { applyEdits } from '../../src/answer/apply-edits.ts';
import { parseOutput } from '../../src/answer/parse-answer.ts';
import type { FileTexts } from '../../src/diff/file-patches.ts';
import { randomFrom } from '../../src/domain/random.ts';
import { hackFamilies } from './families.ts';
import type { HackFamily } from './family.ts';
import type { Scene } from './scene.ts';

/** What one family made of one scene. */
export interface DegenerateAnswer {
  readonly family: string;
  readonly scene: Scene;
  readonly output: string;
  /** The edited files; null where the paper's rules refuse the answer. */
  readonly texts: FileTexts | null;
  readonly isOracle: boolean;
}

/** Every family's answer to every scene that it has one for; the same scenes give the same answers. */
export function degenerateAnswers(
  scenes: readonly Scene[],
  families: readonly HackFamily[] = hackFamilies,
): DegenerateAnswer[] {
  return families.flatMap((family) =>
    scenes.flatMap((scene, index) => {
      const output = family.make(scene, randomFrom(`${family.name} ${index}`));
      if (output === null) return [];
      const texts = textsOf(scene, output);
      return [{ family: family.name, scene, output, texts, isOracle: equalsOracle(scene, texts) }];
    }),
  );
}

function textsOf({ context }: Scene, output: string): FileTexts | null {
  const parsed = parseOutput(output);
  if (parsed.error !== null) return null;
  const applied = applyEdits(context, parsed.output.edits);
  return applied.error === null ? applied.files : null;
}

function equalsOracle({ context, oracle }: Scene, texts: FileTexts | null): boolean {
  if (texts === null) return false;
  const paths = [...new Set([...texts.keys(), ...oracle.keys()])];
  return paths.every((path) => textAt(texts, context, path) === textAt(oracle, context, path));
}

function textAt(texts: FileTexts, context: FileTexts, path: string): string {
  return texts.get(path) ?? context.get(path) ?? '';
}

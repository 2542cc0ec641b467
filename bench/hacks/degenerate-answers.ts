import { readAnswer } from '../../src/answer/read-answer.ts';
import type { FileTexts } from '../../src/diff/file-patches.ts';
import { randomFrom } from '../../src/domain/random.ts';
import { hackFamilies } from './families.ts';
import type { HackFamily } from './family.ts';
import type { Scene } from './scene.ts';

/** The answer of one family to one scene. */
export interface DegenerateAnswer {
  readonly family: string;
  readonly scene: Scene;
  readonly output: string;
  /** The new texts of the edited files; null where the answer has a wrong form. */
  readonly texts: FileTexts | null;
  readonly isOracle: boolean;
}

/** The answers of all families to all scenes; leaves out a scene that a family cannot answer. Deterministic. */
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
  const answer = readAnswer(context, output);
  return answer.error === null ? answer.files : null;
}

function equalsOracle({ context, oracle }: Scene, texts: FileTexts | null): boolean {
  if (texts === null) return false;
  const paths = [...new Set([...texts.keys(), ...oracle.keys()])];
  return paths.every((path) => textAt(texts, context, path) === textAt(oracle, context, path));
}

function textAt(texts: FileTexts, context: FileTexts, path: string): string {
  return texts.get(path) ?? context.get(path) ?? '';
}

import { MendloopError } from '../domain/errors.ts';
import type { Formula } from './contract/formula.ts';
import { recognisingHacks } from './hacks/recognise.ts';
import { mendloop } from './mendloop/mendloop.ts';
import { paper, paperDiscrete } from './paper/paper.ts';

/** Every formula that a row, a snapshot or a round may name. A new one is added here and nowhere else. */
const formulas: readonly Formula[] = [recognisingHacks(paper), recognisingHacks(paperDiscrete), mendloop];

export const formulaNames: readonly string[] = formulas.map((formula) => formula.name);

/** The formula of that name; an unknown name is `input_invalid`. */
export function findFormula(name: string): Formula {
  const formula = formulas.find((known) => known.name === name);
  if (formula !== undefined) return formula;
  throw new MendloopError('input_invalid', `formula: not one of ${formulaNames.join(', ')}`);
}

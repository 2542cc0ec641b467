import { MendloopError } from '../domain/errors.ts';
import type { Formula } from './contract/formula.ts';
import { recognisingHacks } from './hacks/recognise.ts';
import { mendloop } from './mendloop/mendloop.ts';
import { paper, paperDiscrete } from './paper/paper.ts';

/** The formulas that rows, snapshots and rounds may name; the only place to add one. */
const formulas: readonly Formula[] = [recognisingHacks(paper), recognisingHacks(paperDiscrete), mendloop];

export const formulaNames: readonly string[] = formulas.map((formula) => formula.name);

/** Finds a formula by its name. Throws `input_invalid` for an unknown name. */
export function findFormula(name: string): Formula {
  const formula = formulas.find((formula) => formula.name === name);
  if (formula !== undefined) return formula;
  throw new MendloopError('input_invalid', `formula: not one of ${formulaNames.join(', ')}`);
}

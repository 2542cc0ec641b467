import path from 'node:path';
import { MendloopError } from '../domain/errors.ts';
import { type EngineName, engineNames } from '../domain/round.ts';
import { formulaNames } from '../reward/formulas.ts';
import type { SettingName } from './settings.ts';

export interface RoundsConfig {
  /** Such as `02:30`; null: no nightly rounds. */
  readonly at: string | null;
  readonly timeZone: string;
  readonly hours: number;
  readonly cluster: string;
  readonly engine: EngineName;
  readonly formula: string;
  readonly model: string | null;
}

function refuse(name: SettingName, why: string): never {
  throw new MendloopError('config_invalid', `${name} ${why}`);
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** `value` returns a setting or its default. Throws `config_invalid`. */
export function readRounds(value: (name: SettingName) => string | null): RoundsConfig {
  const at = value('ROUND_AT');
  const timeZone = value('ROUND_TIME_ZONE') ?? '';
  const hours = Number(value('ROUND_HOURS'));
  const engine = engineNames.find((name) => name === value('ROUND_ENGINE'));
  const formula = value('ROUND_FORMULA') ?? '';
  const model = value('ROUND_MODEL');
  if (at !== null && !/^([01]\d|2[0-3]):[0-5]\d$/.test(at))
    refuse('ROUND_AT', 'must be a time such as 02:30');
  if (!isTimeZone(timeZone)) refuse('ROUND_TIME_ZONE', 'must be a time zone such as Europe/Berlin');
  if (!(hours >= 0.1 && hours <= 24)) refuse('ROUND_HOURS', 'must be a number of hours from 0.1 to 24');
  if (!formulaNames.includes(formula)) refuse('ROUND_FORMULA', `must be one of ${formulaNames.join(', ')}`);
  return {
    at,
    timeZone,
    hours,
    cluster: value('ROUND_CLUSTER') ?? '',
    engine: engine ?? refuse('ROUND_ENGINE', `must be one of ${engineNames.join(', ')}`),
    formula,
    model: model === null ? null : path.resolve(model),
  };
}

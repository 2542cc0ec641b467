import { type EffectiveSetting, effectiveSettings, readConfig } from '../../config/config.ts';
import { isMendloopError, type MendloopError } from '../../domain/errors.ts';
import { defineCommand, type ExitStatus, type JsonContext, jsonOption } from '../frame/command.ts';
import { reportFailure } from '../frame/failure.ts';

function invalidity(): MendloopError | null {
  try {
    readConfig();
    return null;
  } catch (error) {
    if (isMendloopError(error)) return error;
    throw error;
  }
}

const columns = [
  { title: 'setting', cell: (row: EffectiveSetting) => row.name },
  { title: 'value', cell: (row: EffectiveSetting) => row.value },
  { title: 'from', cell: (row: EffectiveSetting) => row.from },
  { title: 'about', cell: (row: EffectiveSetting) => row.about },
];

async function run(context: JsonContext): Promise<ExitStatus> {
  const { out } = context;
  const error = invalidity();
  const settings = effectiveSettings();
  if (context.flags.json) {
    const problem = error && { code: error.code, message: error.message };
    await out.json({ valid: error === null, error: problem, settings });
  } else await out.table(columns, settings);
  return error === null ? 0 : reportFailure(error, out);
}

export const configCheck = defineCommand({
  name: 'config check',
  summary: 'Show each setting in force, secrets hidden, and whether they fit together.',
  options: jsonOption,
  run,
});

import { readConfig } from '../../config/config.ts';
import { type Command, type CommandContext, type ExitStatus, isSet, jsonOption } from '../frame/command.ts';
import { examine } from './examine.ts';
import type { Finding } from './finding.ts';

const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const;
const columns = [
  { title: 'check', cell: (row: Finding) => row.check },
  { title: 'state', cell: (row: Finding) => row.state, colour: (row: Finding) => colours[row.state] },
  { title: 'found', cell: (row: Finding) => row.message },
  { title: 'to do', cell: (row: Finding) => row.hint ?? '' },
];

async function run(context: CommandContext): Promise<ExitStatus> {
  const ports = await context.services.doctorPorts();
  const findings = await examine({
    ports,
    readConfig: () => readConfig(),
    nodeVersion: process.version,
    now: Date.now,
  });
  const healthy = findings.every((finding) => finding.state !== 'fail');
  if (isSet(context, 'json')) await context.out.json({ healthy, checks: findings });
  else await context.out.table(columns, findings);
  return healthy ? 0 : 1;
}

export const doctor: Command = {
  name: 'doctor',
  summary: 'Check what Mendloop needs on this machine and on GitHub, and say what is off.',
  usage: '[--json]',
  options: jsonOption,
  arity: [0, 0],
  run,
};

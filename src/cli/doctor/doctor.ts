import { readConfig } from '../../config/config.ts';
import { defineCommand, type ExitStatus, type JsonContext, jsonOption } from '../frame/command.ts';
import { examine } from './examine.ts';
import type { Finding } from './finding.ts';

const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const;
const columns = [
  { title: 'check', cell: (row: Finding) => row.check },
  { title: 'state', cell: (row: Finding) => row.state, colour: (row: Finding) => colours[row.state] },
  { title: 'found', cell: (row: Finding) => row.message },
  { title: 'to do', cell: (row: Finding) => row.hint ?? '' },
];

async function run(context: JsonContext): Promise<ExitStatus> {
  const { doctorPorts: ports } = await context.services();
  const findings = await examine({
    ports,
    readConfig: () => readConfig(),
    nodeVersion: process.version,
    now: Date.now,
  });
  const healthy = findings.every((finding) => finding.state !== 'fail');
  if (context.flags.json) await context.out.json({ healthy, checks: findings });
  else await context.out.table(columns, findings);
  return healthy ? 0 : 1;
}

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'Check what Mendloop needs on this machine and on GitHub, and say what is off.',
  options: jsonOption,
  run,
});

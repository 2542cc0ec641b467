import { changeConsent } from '../../consent/change.ts';
import { type ConsentScope, consentScopes, isConsentScope, permits } from '../../domain/consent.ts';
import { MendloopError } from '../../domain/errors.ts';
import { installedRepository } from '../../queries/repositories.ts';
import {
  type CommandBase,
  defineCommand,
  type ExitStatus,
  type JsonContext,
  jsonOption,
} from '../frame/command.ts';
import { type CommandDatabase, withDatabase } from '../frame/database.ts';
import { usageError } from '../frame/options.ts';

interface Change {
  readonly repo: string;
  readonly from: ConsentScope;
  readonly to: ConsentScope;
}

async function change(context: CommandBase, database: CommandDatabase): Promise<Change> {
  const [repo = '', to = ''] = context.args;
  if (!isConsentScope(to)) throw usageError(`SCOPE must be one of ${consentScopes.join(', ')}`);
  const { config, db, url, log } = database;
  if (!permits(config.consentCap, to)) {
    throw new MendloopError('policy_refused', `CONSENT_CAP allows ${config.consentCap} at most`);
  }
  const repository_id = await installedRepository(db, repo);
  if (repository_id === null) {
    throw new MendloopError('not_found', `no installed repository is named ${repo}`);
  }
  await using opened = await (await context.services()).openQueue(db, url, log);
  const from = await db.transaction().execute((trx) =>
    changeConsent(trx, opened.queue, {
      repository_id,
      to,
      source: 'command',
      reason: 'mendloop consent set',
    }),
  );
  return { repo, from, to };
}

async function run(context: JsonContext): Promise<ExitStatus> {
  const changed = await withDatabase((database) => change(context, database));
  const { repo, from, to } = changed;
  if (context.flags.json) await context.out.json(changed);
  else await context.out.line(from === to ? `${repo}: ${to} already` : `${repo}: ${from} → ${to}`);
  if (to === 'none' && from !== to) context.out.note('What was collected is purged by the next free worker.');
  return 0;
}

export const consentSet = defineCommand({
  name: 'consent set',
  summary: 'Change what a repository allows; `none` also purges what was collected.',
  args: `OWNER/NAME ${consentScopes.join('|')}`,
  options: jsonOption,
  arity: [2, 2],
  run,
});

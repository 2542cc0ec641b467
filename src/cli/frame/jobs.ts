import type { JobAdmin } from '../../jobs/admin.ts';
import type { CommandBase } from './command.ts';
import { withDatabase } from './database.ts';

/** Opens the administration of the queue, and closes it after `use`. */
export function withJobs<T>(context: CommandBase, use: (admin: JobAdmin) => Promise<T>): Promise<T> {
  return withDatabase(async ({ db, url, log }) => {
    const services = await context.services();
    await using opened = await services.openQueue(db, url, log);
    return await use(opened.admin);
  });
}

import type { RoundDeps } from '../../train/round/deps.ts';
import type { CommandBase } from './command.ts';
import { type CommandDatabase, withDatabase } from './database.ts';

export interface CommandRounds extends CommandDatabase {
  readonly rounds: RoundDeps;
}

/** Opens what a command needs to plan, drive and end rounds, and closes it after `use`. */
export function withRounds<T>(context: CommandBase, use: (opened: CommandRounds) => Promise<T>): Promise<T> {
  return withDatabase(async (database) => {
    const { config, db, url, log } = database;
    const services = await context.services();
    await using opened = await services.openQueue(db, url, log);
    const onProgress = (message: string): void => context.out.note(message);
    const rounds = services.rounds({ config, db, queue: opened.queue, log, onProgress });
    return await use({ ...database, rounds });
  });
}

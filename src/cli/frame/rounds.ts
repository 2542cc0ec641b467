import type { RoundDeps } from '../../train/round/deps.ts';
import type { CommandContext } from './command.ts';
import { type CommandDatabase, withDatabase } from './database.ts';

export interface CommandRounds extends CommandDatabase {
  readonly rounds: RoundDeps;
}

/** Gives a command what it can plan, drive and end rounds with. */
export function withRounds<T>(
  context: CommandContext,
  use: (opened: CommandRounds) => Promise<T>,
): Promise<T> {
  return withDatabase(async (database) => {
    const { config, db, url, log } = database;
    const services = await context.services();
    await using opened = await services.openQueue(db, url, log);
    const onProgress = (message: string): void => context.out.note(message);
    const rounds = services.rounds({ config, db, queue: opened.queue, log, onProgress });
    return await use({ ...database, rounds });
  });
}

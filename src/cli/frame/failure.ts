import { errorCatalogue, isMendloopError } from '../../domain/errors.ts';
import type { ExitStatus } from './command.ts';
import type { Output } from './output.ts';
import { printable } from './table.ts';

/** Reports an error and what to do about it, and returns its exit status. */
export function reportFailure(error: unknown, out: Pick<Output, 'note'>): ExitStatus {
  if (isMendloopError(error)) {
    out.note(`mendloop: ${error.code}: ${printable(error.message)}`);
    out.note(`  ${error.hint}`);
    return errorCatalogue[error.code].exit;
  }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  out.note(`mendloop: unexpected: ${printable(text)}`);
  out.note('  This is a bug of Mendloop: please report it with the command that you ran.');
  return 1;
}

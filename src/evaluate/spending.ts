/** The chance that an incumbent is ever replaced without an improvement, over all nights of its time. */
export const falsePromotion = 0.05;

const week = 7;
const weekShare = 0.8;

/**
 * How much of {@link falsePromotion} the look of a night may spend, counted from 1. Four fifths go to the first week, each
 * night a little more than the last since more is known then; the rest is enough for all nights after. The sum never
 * exceeds it, so the promise holds whatever the nights have in common.
 */
export function spentAtLook(look: number): number {
  if (look <= week) return (falsePromotion * weekShare * look) / ((week * (week + 1)) / 2);
  return (falsePromotion * (1 - weekShare)) / ((look - week) * (look - week + 1));
}

/** Called with every matched block, in no particular order: a[aStart, aStart + size) = b[bStart, bStart + size). */
export type Visit = (aStart: number, bStart: number, size: number) => void;

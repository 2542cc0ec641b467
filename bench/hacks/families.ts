import { deletionFamilies } from './deletion-families.ts';
import type { HackFamily } from './family.ts';
import { fileFamilies } from './file-families.ts';
import { insertionFamilies } from './insertion-families.ts';
import { rewriteFamilies } from './rewrite-families.ts';

/** All families of degenerate answers; a formula must not pay for any of them. */
export const hackFamilies: readonly HackFamily[] = [
  ...fileFamilies,
  ...insertionFamilies,
  ...deletionFamilies,
  ...rewriteFamilies,
];

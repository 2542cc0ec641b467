import path from 'node:path';

/** This checkout. */
export const root = path.join(import.meta.dirname, '..');

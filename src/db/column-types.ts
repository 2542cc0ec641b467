import { types } from 'pg';
import { MendloopError } from '../domain/errors.ts';

type Parser = (text: string) => unknown;

const int8 = 20;
const date = 1082;
/** Missing in pg's own list of type ids. */
const int8Array: number = 1016;

/** GitHub's ids are bigint columns and numbers here. Throws `input_invalid` above 2^53 instead of rounding. */
export function parseBigint(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new MendloopError('input_invalid', 'A bigint of the database is larger than 2^53.');
}

/** pg's parsers, with bigint and bigint[] as numbers and date as text; for one pool only, not the process. */
export const columnTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): Parser {
    if (format !== 'binary' && oid === int8) return parseBigint;
    // A day is a text: a Date would be a time in the machine's own zone.
    if (format !== 'binary' && oid === date) return String;
    if (format !== 'binary' && oid === int8Array) return parseBigintArray;
    return types.getTypeParser(oid, format) as Parser;
  },
};

function parseBigintArray(text: string): (number | null)[] {
  const parse = types.getTypeParser(int8Array, 'text') as (text: string) => (string | null)[];
  return parse(text).map((item) => (item === null ? null : parseBigint(item)));
}

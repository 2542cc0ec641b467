/** The replacement of every e-mail address. It is the same everywhere, so that SEARCH blocks still match their files. */
const replacement = '[address]';

/**
 * Without lookbehind: an address is found after any character, such as the marks of a diff, of a list or of emphasis. It
 * begins with a letter, a digit or `_`, so that the mark of a diff is never part of it.
 */
const address =
  /[\p{L}\p{N}_][\p{L}\p{N}._%+-]{0,63}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.){1,8}(?:xn--[a-z0-9-]{2,40}|\p{L}{2,24})(?![\p{L}\p{N}(@])/gu;

/**
 * Replaces e-mail addresses, also `git@host:path`, which belongs to a service. It keeps decorators and scoped packages
 * (`@scope/name`), which have no name before `@`, and a matrix product with a method call (`a@b.mean()`).
 */
export function withoutAddresses(text: string): string {
  return text.replace(address, replacement);
}

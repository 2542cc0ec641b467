/** What stands where an e-mail address stood: itself no address, and the same everywhere, so that edits still match. */
const replacement = '[address]';

/**
 * No lookbehind: an address counts whatever stands before it, such as the marks of a diff, of a list or of emphasis. It begins with
 * a letter, a digit or `_`, so a mark of a diff is never taken along.
 */
const address =
  /[\p{L}\p{N}_][\p{L}\p{N}._%+-]{0,63}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.){1,8}(?:xn--[a-z0-9-]{2,40}|\p{L}{2,24})(?![\p{L}\p{N}(@])/gu;

/**
 * Replaces e-mail addresses. `git@host:path` is one of a service and not of a person; it goes all the same. A decorator or a scoped
 * package (`@scope/name`) has nothing before its `@` and stays, and so does a product of matrices whose method is called.
 */
export function withoutAddresses(text: string): string {
  return text.replace(address, replacement);
}

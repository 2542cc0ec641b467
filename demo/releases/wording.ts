import { fixesToken, type PlannedText } from './planned.ts';

const titleCharacters = 200;

/** A changelog's entry as an issue that says what it is. */
export function issueOfEntry(name: string, version: string, entry: string): PlannedText {
  const body = [
    `> ${entry}`,
    `This is an entry in the changelog of ${name} ${version}, opened as an issue for the Mendloop demo. ` +
      'The change of the whole release stands in for the pull request that fixed it.',
  ];
  return { title: shortened(entry), body: body.join('\n\n') };
}

/** The pull request of a release's change; `entries` are what it says it does, the first one gives the title. */
export function pullOfRelease(
  name: string,
  base: string,
  version: string,
  entries: readonly string[],
): PlannedText {
  return { title: titleOf(name, entries), body: `${standsIn(name, base, version)}\n\n${fixesToken}` };
}

export function pullWithoutIssue(
  name: string,
  base: string,
  version: string,
  entries: readonly string[],
): PlannedText {
  return { title: titleOf(name, entries), body: standsIn(name, base, version) };
}

export function rivalPull(name: string, version: string, entries: readonly string[]): PlannedText {
  const body = `Half of the source change of ${name} ${version}, as a second attempt at the same issue for the Mendloop demo.`;
  return { title: shortened(`Another try: ${entries[0] ?? name}`), body: `${body}\n\n${fixesToken}` };
}

function standsIn(name: string, base: string, version: string): string {
  return `The change from ${name} ${base} to ${version} as it was published. A release stands in for one pull request here.`;
}

function titleOf(name: string, entries: readonly string[]): string {
  const [first = `Work on ${name}`, ...more] = entries;
  return more.length === 0 ? shortened(first) : `${shortened(first)} (and ${more.length} more)`;
}

function shortened(text: string): string {
  const characters = [...text];
  return characters.length <= titleCharacters
    ? text
    : `${characters.slice(0, titleCharacters - 1).join('')}…`;
}

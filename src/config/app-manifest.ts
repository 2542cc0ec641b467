import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../db/package-root.ts';
import { MendloopError } from '../domain/errors.ts';

/** What the App asks of GitHub, as `app.yml` at the package's root says. */
export interface AppManifest {
  readonly name: string;
  readonly default_permissions: Readonly<Record<string, string>>;
  readonly default_events: readonly string[];
}

interface Section {
  readonly text: string;
  readonly pairs: Map<string, string>;
  readonly items: string[];
}

function refuse(line: number): never {
  throw new MendloopError('config_invalid', `app.yml: line ${line} is not understood`);
}

function unquoted(text: string): string {
  return /^(["'])(.*)\1$/.exec(text)?.[2] ?? text;
}

/** Top-level keys with a value, a list or a map of one level below them: the part of YAML that app.yml needs. */
function readSections(text: string): Map<string, Section> {
  const sections = new Map<string, Section>();
  let current: Section | null = null;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.replace(/(^|\s)#.*$/, '').trimEnd();
    if (line === '' || line === '---') continue;
    const [, indent, item, key, value = ''] =
      /^( *)(?:- +(\S.*)|([A-Za-z_][\w-]*):(?: +(\S.*))?)$/.exec(line) ?? refuse(index + 1);
    if (item !== undefined && current) current.items.push(unquoted(item));
    else if (key !== undefined && indent !== '' && current) current.pairs.set(key, unquoted(value));
    else if (key !== undefined && indent === '') {
      current = { text: unquoted(value), pairs: new Map(), items: [] };
      sections.set(key, current);
    } else refuse(index + 1);
  }
  return sections;
}

/** Reads the text of `app.yml`; throws `config_invalid` with the number of a line that is not understood. */
export function parseAppManifest(text: string): AppManifest {
  const sections = readSections(text);
  return {
    name: sections.get('name')?.text ?? '',
    default_permissions: Object.fromEntries(sections.get('default_permissions')?.pairs ?? []),
    default_events: sections.get('default_events')?.items ?? [],
  };
}

export async function readAppManifest(): Promise<AppManifest> {
  return parseAppManifest(await readFile(join(packageRoot(), 'app.yml'), 'utf8'));
}

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const writer = 'src/db/status.ts';

/** Tables with a status column that `src/db/status.ts` alone writes. */
const columns: Readonly<Record<string, readonly string[]>> = {
  delivery: ['state'],
  installation: ['status'],
  repository: ['status', 'consent'],
  pull_request: ['status'],
  instance: ['status'],
  snapshot: ['state'],
  round: ['state'],
  checkpoint: ['status'],
};
const tables = Object.keys(columns).join('|');

/** What a text of TypeScript does that only the writer of statuses may do. */
function violations(text: string): string[] {
  return [
    ...matches(text, /\b(?:insertInto|updateTable|deleteFrom)\(\s*'transition'/g),
    ...matches(text, /\b(?:insert\s+into|update)\s+(?:public\.)?transition\b/gi),
    ...matches(text, new RegExp(`insertInto\\(\\s*'(?:${tables})'`, 'g')),
    ...builderUpdates(text),
    ...rawWrites(text),
  ];
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([found]) => found);
}

/** `updateTable('x')…execute` whose `set` names a status, or takes a variable that could. */
function builderUpdates(text: string): string[] {
  return [...text.matchAll(new RegExp(`updateTable\\(\\s*'(${tables})'\\)(.*?)\\.execute`, 'gs'))].flatMap(
    ([found, table = '', rest = '']) => {
      const names = columns[table]?.join('|');
      const literal = /\.set\(\s*\{/.test(rest);
      return !literal || new RegExp(`\\b(?:${names})\\b\\s*[:,}]`).test(rest.split('.where')[0] ?? '')
        ? [found]
        : [];
    },
  );
}

/** SQL text that inserts or sets a status. */
function rawWrites(text: string): string[] {
  return [
    ...text.matchAll(new RegExp(`\\b(?:insert\\s+into|update)\\s+(${tables})\\b([^\`]*)`, 'gi')),
  ].flatMap(([found, table = '', rest = '']) => {
    const names = columns[table.toLowerCase()]?.join('|');
    return new RegExp(`[(,\\s](?:${names})\\s*[=,)]`).test(rest) ? [found] : [];
  });
}

const withoutComments = (text: string): string => text.replaceAll(/\/\*.*?\*\/|(?<!:)\/\/[^\n]*/gs, '');

describe('statuses and their history', () => {
  const files = globSync('src/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts'));

  test('have one writer', () => {
    expect(files.length).toBeGreaterThan(150);
    const others = files.filter((file) => file !== writer);
    const found = others.flatMap((file) =>
      violations(withoutComments(readFileSync(join(root, file), 'utf8'))).map((text) => `${file}: ${text}`),
    );
    expect(found).toEqual([]);
  });

  test.each([
    `trx.insertInto('transition').values(rows).execute()`,
    'sql`insert into transition (entity) values (1)`',
    `trx.insertInto('round').values({ ...round, state: 'planned' }).execute()`,
    `trx\n.updateTable('instance')\n.set({ status: 'ready', body })\n.where('instance_id', '=', id).execute()`,
    `trx.updateTable('repository').set({ consent }).execute()`,
    `trx.updateTable('checkpoint').set(change).execute()`,
    'sql`update delivery d set state = v.state from v`',
    'sql`insert into snapshot (snapshot_id, state) values (${id}, ${state})`',
  ])('%s would be found', (text) => {
    expect(violations(text)).not.toEqual([]);
  });

  test.each([
    `trx.updateTable('delivery').set({ payload: null, payload_state: 'emptied' }).where('state', '=', 'routed').execute()`,
    `trx.updateTable('round').set({ phase, step }).where('round_id', '=', id).execute()`,
    'sql`insert into delivery (delivery_id, event, payload_state) select 1`',
  ])('%s is no write of a status', (text) => {
    expect(violations(text)).toEqual([]);
  });
});

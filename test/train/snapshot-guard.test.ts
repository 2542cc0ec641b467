import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Instance } from '../../src/domain/instance.ts';
import { planted } from '../../src/guard/planted.test-support.ts';
import { createSnapshot, defaultSnapshotOptions } from '../../src/train/snapshot/create.ts';
import { instance, perfect, seedInstance, seedRepository } from '../cli/seed.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let folder: string;
let database: TestDatabase;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mendloop-guard-'));
  database = await testDatabase();
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const names = Object.keys(planted);
const secrets = Object.values(planted);
/** Where a text of an instance may hold something: each of them once for each kind. */
const places = ['problem', 'context', 'oracle', 'patch'] as const;

/** Put together here, so that no address stands in this file. */
function address(who: string): string {
  return [who, 'mail.invalid'].join('@');
}
const addresses = ['first.last', 'x+tag', 'someone_else', 'UPPER'].map(address);

/** A fix of its own words, with something added to some of its texts. */
function fix(number: number, add: Partial<Record<(typeof places)[number], string>> = {}): Instance {
  const word = `w${number * 7919}`;
  const before = `function ${word}(a, b) {\n  return a - b * ${number};\n}\n${add.context ?? ''}\n`;
  const after = `${before.replace('a - b', 'a + b')}${add.oracle ?? ''}\n`;
  const added = (add.oracle ?? add.patch ?? '').replaceAll('\n', '\n+');
  return instance('octo-org/one', number, {
    problem_statement: `${Array.from({ length: 9 }, (_, at) => `${word}x${at}`).join(' ')}\n\n${add.problem ?? ''}`,
    patch: `--- a/${word}.js\n+++ b/${word}.js\n@@ -2 +2 @@\n-  return a - b * ${number};\n+  return a + b * ${number};\n+${added}\n`,
    linked_issues: [10_000 + number],
    merged_at: new Date(Date.UTC(2026, 0, 1) + number * 3_600_000).toISOString(),
    context: [{ path: `${word}.js`, text: before }],
    oracle: [{ path: `${word}.js`, text: after }],
  });
}

async function seedCandidate(instance_id: string, source: string, patch: string): Promise<void> {
  const rewards = JSON.stringify({ 'paper/1': perfect });
  const values = { instance_id, origin: 'pr_revision', source, patch, rewards } as const;
  await database.db.insertInto('candidate').values(values).execute();
}

/** Every byte of a snapshot, as text. */
async function contentOf(snapshot_id: string): Promise<string> {
  const home = path.join(folder, snapshot_id);
  const files = await Promise.all(
    (await readdir(home)).map(async (name) => {
      const bytes = await readFile(path.join(home, name));
      return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    }),
  );
  return files.join('\n');
}

test(`of ${names.length} kinds of credentials in ${places.length + 1} places, and of addresses, none is in a snapshot`, async () => {
  expect(names.length).toBeGreaterThanOrEqual(10);
  await seedRepository(database.db, { repository_id: 1, full_name: 'octo-org/one', consent: 'train' });
  let number = 0;
  for (const secret of secrets) {
    for (const place of places) await seedInstance(database.db, 1, fix((number += 1), { [place]: secret }));
  }
  const spoiled = number;
  const clean: Instance[] = [];
  for (const who of addresses) {
    const text = `// ask <${who}> about it`;
    clean.push(fix((number += 1), { problem: `By ${who}.`, context: text, oracle: `${text} again` }));
  }
  while (clean.length < 24) clean.push(fix((number += 1)));
  for (const one of clean) await seedInstance(database.db, 1, one);
  const [first] = clean as [Instance];
  for (const [index, secret] of secrets.entries()) {
    const [file] = first.context as [{ path: string; text: string }];
    const patch = `--- a/${file.path}\n+++ b/${file.path}\n@@ -1 +1,2 @@\n function x\n+${secret}\n`;
    await seedCandidate(first.instance_id, `r${index}`, patch);
  }

  for (const rows of ['files', 'hunks'] as const) {
    const options = { ...defaultSnapshotOptions, rows };
    const made = await createSnapshot({ db: database.db, folder }, options);

    expect(made.left_out['credential']).toBe(spoiled);
    const content = await contentOf(made.snapshot_id);
    for (const text of [...secrets, ...addresses]) expect(content).not.toContain(text);
    expect(content).not.toContain('mail.invalid');
    expect(made.instances.train + made.instances.held_out).toBeGreaterThan(15);
  }
});

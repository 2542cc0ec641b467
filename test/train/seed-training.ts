import type { Kysely } from 'kysely';
import type { Database } from '../../src/db/tables.ts';
import type { Instance } from '../../src/domain/instance.ts';
import { instance, seedInstance, seedRepository } from '../cli/seed.ts';

/** One line of its own words is wrong in each. */
function fix(full_name: string, number: number): Instance {
  const name = `part${number * 7919}`;
  const before = `function ${name}(first, second) {\n  return first - second * ${number};\n}\n`;
  const after = before.replace('first - second', 'first + second');
  const day = String(1 + (number % 28)).padStart(2, '0');
  return instance(full_name, number, {
    problem_statement: `The sum of ${name} is wrong\n\nIt subtracts in case ${number * 104_729}.`,
    patch: `diff --git a/${name}.js b/${name}.js\n--- a/${name}.js\n+++ b/${name}.js\n@@ -2 +2 @@\n-  return first - second * ${number};\n+  return first + second * ${number};\n`,
    linked_issues: [1000 + number],
    merged_at: `2026-01-${day}T03:04:05Z`,
    source_files: [`${name}.js`],
    context: [{ path: `${name}.js`, text: before }],
    oracle: [{ path: `${name}.js`, text: after }],
  });
}

/** A repository that allows training, with so many instances that are ready. */
export async function seedTraining(
  db: Kysely<Database>,
  instances: number,
  { repository_id, full_name } = { repository_id: 1, full_name: 'octo-org/one' },
): Promise<void> {
  await seedRepository(db, { repository_id, full_name, consent: 'train' });
  for (let number = 1; number <= instances; number += 1) {
    await seedInstance(db, repository_id, fix(full_name, number));
  }
}

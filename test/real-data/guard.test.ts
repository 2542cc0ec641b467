import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { withoutAddresses } from '../../src/guard/addresses.ts';
import { credentialsIn } from '../../src/guard/credentials.ts';

interface Row {
  readonly problem_statement: string;
  readonly patch: string;
}

const data = process.env['MENDLOOP_DATA'];

describe.skipIf(data === undefined)('the guard on real changes (skipped without MENDLOOP_DATA)', () => {
  it('takes fewer than 1 % of 323 issues with their patches for one with a credential', () => {
    const texts = ['swebench_lite_dev', 'swebench_lite_test'].flatMap(read);

    const flagged = texts.filter((text) => credentialsIn(text).length > 0).length;
    const changed = texts.filter((text) => withoutAddresses(text) !== text).length;

    console.log(`${flagged} of ${texts.length} with a credential, ${changed} with an address`);
    expect(texts).toHaveLength(323);
    expect(flagged).toBeLessThanOrEqual(3);
  });
});

function read(name: string): string[] {
  const bytes = readFileSync(join(data ?? '', 'swebench', `${name}.json.gz`));
  const rows = JSON.parse(gunzipSync(bytes).toString('utf8')) as readonly Row[];
  return rows.map(({ problem_statement, patch }) => `${problem_statement}\n${patch}`);
}

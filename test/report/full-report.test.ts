import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type FullReport, updateFullReport } from '../../scripts/tests/full-report.ts';

function counted(name: string, failed: number) {
  return { name, passed: 3, failed, skipped: 0, seconds: 1, failures: [], files: [] };
}

test('a tier that ran again takes its own place in the report, and a whole run begins it anew', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'mendloop-full-report-'));
  const file = path.join(folder, 'full.json');
  const read = async () => JSON.parse(await readFile(file, 'utf8')) as FullReport;
  const told = async () => (await read()).tiers.map(({ name, failed, commit }) => [name, failed, commit]);
  try {
    const first = [counted('unit', 0), counted('trainer', 1)];
    await updateFullReport(
      file,
      { commit: 'a', results: first, leftOut: new Map([['browser', 'no Chromium']]) },
      true,
    );
    const again = [counted('trainer', 0), counted('browser', 0)];
    await updateFullReport(file, { commit: 'b', results: again, leftOut: new Map() }, false);
    expect(await told()).toEqual([
      ['unit', 0, 'a'],
      ['trainer', 0, 'b'],
      ['browser', 0, 'b'],
    ]);
    expect((await read()).left_out).toEqual({});
    await updateFullReport(file, { commit: 'c', results: [], leftOut: new Map([['unit', 'away']]) }, false);
    expect(await told()).toEqual([
      ['trainer', 0, 'b'],
      ['browser', 0, 'b'],
    ]);
    expect((await read()).left_out).toEqual({ unit: 'away' });
    await updateFullReport(file, { commit: 'd', results: [counted('unit', 0)], leftOut: new Map() }, true);
    expect(await told()).toEqual([['unit', 0, 'd']]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Figures, measure } from './measures/figures.ts';
import { readSources } from './measures/sources.ts';

const root = path.join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    /** A commit whose figures stand in a column before those of the working tree. */
    against: { type: 'string' },
    /** Prints, too, what the counts stand for. */
    lists: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

/** The figures of `src` as it was at a commit. */
function measureCommit(commit: string): Figures {
  const folder = mkdtempSync(path.join(tmpdir(), 'mendloop-measure-'));
  try {
    const archive = execFileSync('git', ['archive', commit, 'src'], { cwd: root, maxBuffer: 2 ** 28 });
    execFileSync('tar', ['-x', '-C', folder], { input: archive });
    return measure(readSources(folder, ['src'])).figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function printTable(now: Figures, before: Figures | null): void {
  const cell = (value: string | number) => String(value).padStart(10);
  if (before) console.log(`${''.padEnd(34)}${cell('before')}${cell('now')}`);
  for (const [name, value] of Object.entries(now)) {
    const earlier = before === null ? '' : cell(before[name as keyof Figures]);
    console.log(`${name.replaceAll('_', ' ').padEnd(34)}${earlier}${cell(value)}`);
  }
}

const { figures, lists } = measure(readSources(root, ['src']));
const before = values.against === undefined ? null : measureCommit(values.against);
if (values.json) console.log(JSON.stringify({ figures, before, ...(values.lists ? { lists } : {}) }));
else {
  printTable(figures, before);
  if (values.lists)
    for (const [name, entries] of Object.entries(lists) as [string, readonly string[]][])
      console.log(`\n${name.replaceAll('_', ' ')}\n${entries.map((entry) => `  ${entry}`).join('\n')}`);
}

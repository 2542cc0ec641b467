import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

// A new stage with a kind of job, a route, a table, a forgetter, a page and a command, added to a copy of the checkout by
// the checklists of CONTRIBUTING.md and by nothing else. The new files are those below `toy-stage/`.

const root = path.join(import.meta.dirname, '..', '..');
const templates = path.join(import.meta.dirname, 'toy-stage');
const copied = ['src', 'demo', 'test', 'bench', 'scripts', 'bin', 'migrations', 'schemas', 'docs'];

interface Edit {
  readonly file: string;
  /** Text that stands there already; the new text comes before it, or after it. */
  readonly at: string;
  readonly before?: string;
  readonly after?: string;
}

/** The lines that the checklists ask for in files that exist. */
const edits: readonly Edit[] = [
  // A stage
  {
    file: 'src/main/wiring/stages.ts',
    at: "import { trainStage } from '../../train/stage.ts';\n",
    before: "import { notesStage } from '../../notes/stage.ts';\n",
  },
  { file: 'src/main/wiring/stages.ts', at: 'collectStage, trainStage]', before: 'notesStage, ' },
  {
    file: 'src/main/wiring/bind-stages.ts',
    at: "import { bindStage } from '../../stage/fold.ts';\n",
    before: "import { notesStage } from '../../notes/stage.ts';\n",
  },
  {
    file: 'src/main/wiring/bind-stages.ts',
    at: '  const train = await bindStage(',
    before: '  const notes = await bindStage(notesStage, { db });\n',
  },
  { file: '.dependency-cruiser.cjs', at: "const stages = ['collect',", after: " 'notes'," },
  // A table
  {
    file: 'src/db/tables.ts',
    at: 'import type {\n  AliasTable,',
    before: "import type { NoteTable } from './tables/note.ts';\n",
  },
  { file: 'src/db/tables.ts', at: '  transition: TransitionTable;\n', before: '  note: NoteTable;\n' },
  { file: 'src/db/tables.ts', at: "  transition: 'ids',\n", before: "  note: 'content',\n" },
  // A page
  {
    file: 'src/web/dashboard.ts',
    at: "import { overviewPage } from './overview/page.ts';\n",
    before: "import { notesPage } from './notes/list.ts';\n",
  },
  { file: 'src/web/dashboard.ts', at: '  jobsPage,\n', before: '  notesPage,\n' },
  { file: 'src/web/page/layout.ts', at: "  ['/jobs', 'Jobs'],\n", before: "  ['/notes', 'Notes'],\n" },
  // A command
  {
    file: 'src/cli/commands.ts',
    at: "import { rejectionList } from './rejection/list.ts';\n",
    before: "import { noteList } from './note/list.ts';\n",
  },
  { file: 'src/cli/commands.ts', at: '  jobsList,\n', before: '  noteList,\n' },
];

/** Text that a checklist replaces. */
const replacements: readonly (readonly [file: string, from: string, to: string])[] = [
  ['src/main/wiring/bind-stages.ts', '[train, collect].flatMap', '[train, notes, collect].flatMap'],
  [
    'src/main/wiring/bind-stages.ts',
    '[intake, consent, collect, train];',
    '[intake, consent, collect, notes, train];',
  ],
  [
    'src/main/wiring/bind-stages.ts',
    '...collect.handlers, ...train.handlers }',
    '...collect.handlers, ...notes.handlers, ...train.handlers }',
  ],
];

let folder: string;

async function copyCheckout(): Promise<void> {
  for (const name of copied) await cp(path.join(root, name), path.join(folder, name), { recursive: true });
  for (const name of await readdir(root))
    if (/\.(json|cjs|ts|yml|yaml|md)$|^\.ox|^\.env\.example$/.test(name))
      await cp(path.join(root, name), path.join(folder, name));
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  // The installed packages are linked into the copy: the rules name them `node_modules/…`.
  const rules = path.join(folder, '.dependency-cruiser.cjs');
  const text = await readFile(rules, 'utf8');
  await writeFile(
    rules,
    text.replace('tsPreCompilationDeps', 'preserveSymlinks: true,\n    tsPreCompilationDeps'),
  );
}

async function change(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(path.join(folder, file), 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${file} does not hold this once: ${from}`);
  await writeFile(
    path.join(folder, file),
    text.replace(from, () => to),
  );
}

async function addStage(): Promise<void> {
  for (const template of globSync('**/*.txt', { cwd: templates })) {
    const name = template.replace(/\.txt$/, '').replace('migrations/', 'migrations/9999_');
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await cp(path.join(templates, template), path.join(folder, name));
  }
  for (const { file, at, before = '', after = '' } of edits) await change(file, at, before + at + after);
  for (const [file, from, to] of replacements) await change(file, from, to);
}

/** Runs a program of the copy on the copy. Resolves to its status and output. */
function run(args: readonly string[]): Promise<{ readonly status: number; readonly output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr }),
    );
  });
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mendloop-toy-stage-'));
  await copyCheckout();
  await addStage();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it('a stage that is added by the checklists alone passes the check', async () => {
  await run(['node_modules/oxfmt/bin/oxfmt', 'src']);
  const { status, output } = await run(['scripts/check.ts']);
  expect(output).toMatch(/^\d passed, 0 failed$/m);
  expect(status).toBe(0);
});

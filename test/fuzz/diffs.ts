import { pick } from '../../src/domain/random.test-support.ts';
import type { Random } from '../../src/domain/random.ts';
import { damaged, fileText, oddPaths, soup } from './pieces.ts';

const diffLines = [
  'diff --git a/a.py b/a.py\n',
  'diff --git a/a.py\n',
  '--- a/a.py\n',
  '--- /dev/null\n',
  '+++ b/a.py\n',
  '+++ /dev/null\n',
  '+++ b/c.py\n',
  '@@ -1 +1 @@\n',
  '@@ -1,2 +1,3 @@ def f\n',
  '@@ -0,0 +1,99999999999999999999 @@\n',
  '@@ -00001,2 +1 @@\n',
  '@@ -a +b @@\n',
  '@@ -',
  '-x = 1\n',
  '+x = 2\n',
  ' x\n',
  '\n',
  '\r\n',
  '\\ No newline at end of file\n',
  'new file mode 100644\n',
  'deleted file mode 100644\n',
  'rename from a.py\n',
  'Binary files a/x and b/x differ\n',
  'Binary files a and a and a',
  'Binary file x has changed\n',
  'GIT binary patch\n',
  'index 1..2\n',
  '\0',
  '\ud800',
  'prose',
];

/** Families of unified diffs, readable and not. */
export const diffFamilies: Readonly<Record<string, (random: Random) => string>> = {
  readable: (random) => readable(random),
  damaged: (random) => damaged(random, readable(random)),
  lines: (random) => Array.from({ length: random(20) }, () => pick(random, diffLines)).join(''),
  truncated: (random) => readable(random).slice(0, random(120)),
  renamed: (random) => `--- a/${pick(random, oddPaths)}\n+++ b/${pick(random, oddPaths)}\n${hunk(random)}`,
  soup: (random) => soup(random, 20),
};

function readable(random: Random): string {
  const files = Array.from({ length: 1 + random(3) }, () => pick(random, oddPaths));
  return files.map((path) => `--- a/${path}\n+++ b/${path}\n${hunk(random)}`).join('');
}

function hunk(random: Random): string {
  const removed = fileText(random, 4).split('\n');
  const added = fileText(random, 4).split('\n');
  const header = `@@ -${random(50)},${removed.length} +${random(50)},${added.length} @@\n`;
  return `${header}${removed.map((line) => `-${line}\n`).join('')}${added.map((line) => `+${line}\n`).join('')}`;
}

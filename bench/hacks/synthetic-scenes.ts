import { randomFrom } from '../../src/domain/random.ts';
import type { Random } from '../../src/domain/random.ts';
import { sceneOf } from './scene.ts';
import type { Scene } from './scene.ts';

/** How a language writes the statements of a made-up file. */
interface Dialect {
  readonly path: string;
  readonly comment: string;
  readonly open: (name: string, parameters: string) => string;
  readonly assign: (name: string, value: string) => string;
  readonly guard: (condition: string, value: string) => readonly string[];
  readonly give: (value: string) => string;
  readonly close: readonly string[];
}

const dialects: readonly Dialect[] = [
  {
    path: 'pkg/module.py',
    comment: '#',
    open: (name, parameters) => `def ${name}(${parameters}):`,
    assign: (name, value) => `    ${name} = ${value}`,
    guard: (condition, value) => [`    if ${condition}:`, `        return ${value}`],
    give: (value) => `    return ${value}`,
    close: ['', ''],
  },
  {
    path: 'lib/module.js',
    comment: '//',
    open: (name, parameters) => `export function ${name}(${parameters}) {`,
    assign: (name, value) => `  const ${name} = ${value};`,
    guard: (condition, value) => [`  if (${condition}) {`, `    return ${value};`, '  }'],
    give: (value) => `  return ${value};`,
    close: ['}', ''],
  },
  {
    path: 'cmd/module.go',
    comment: '//',
    open: (name, parameters) => `func ${name}(${parameters} int) int {`,
    assign: (name, value) => `\t${name} := ${value}`,
    guard: (condition, value) => [`\tif ${condition} {`, `\t\treturn ${value}`, '\t}'],
    give: (value) => `\treturn ${value}`,
    close: ['}', ''],
  },
  {
    path: 'lib/module.rb',
    comment: '#',
    open: (name, parameters) => `def ${name}(${parameters})`,
    assign: (name, value) => `  ${name} = ${value}`,
    guard: (condition, value) => [`  return ${value} if ${condition}`],
    give: (value) => `  ${value}`,
    close: ['end', ''],
  },
];

/** Made-up scenes in four languages, each with a file of about 200 lines and an oracle of one to three hunks. */
export function syntheticScenes(count: number, seed: string): Scene[] {
  return Array.from({ length: count }, (_, index) => {
    const random = randomFrom(`${seed} ${index}`);
    const dialect = dialects[index % dialects.length] as Dialect;
    const lines = Array.from({ length: 20 }, () => functionLines(dialect, random)).flat();
    const after = fixed(lines, dialect, random);
    const context = new Map([[dialect.path, lines.join('\n')]]);
    const oracle = new Map([[dialect.path, after.join('\n')]]);
    return sceneOf({
      context,
      oracle,
      issue: `${word(random)} fails for ${word(random)}\nSteps: ${word(random)}`,
    });
  });
}

function functionLines(dialect: Dialect, random: Random): string[] {
  const names = Array.from({ length: 4 }, () => word(random));
  const [name = '', first = '', second = '', local = ''] = names;
  return [
    `${dialect.comment} ${word(random)} of ${word(random)}`,
    dialect.open(name, `${first}, ${second}`),
    ...(random(2) === 0 ? dialect.guard(`${first} == ${random(90)}`, value(random, names)) : []),
    dialect.assign(local, value(random, names)),
    ...Array.from({ length: random(5) }, () => dialect.assign(word(random), value(random, names))),
    dialect.give(local),
    ...dialect.close,
  ];
}

/** Changes one to three places of the file: another value, a guard, or one line less. */
function fixed(lines: readonly string[], dialect: Dialect, random: Random): string[] {
  const places = lines.flatMap((line, index) => (/ :?= /.test(line) ? [index] : []));
  const after = [...lines];
  for (let hunk = random(3); hunk >= 0; hunk -= 1) {
    const at = Math.floor((places.length * (hunk + 0.2)) / 3) + random(3);
    const place = places[at] as number;
    const name = /[a-z]\w+/.exec(lines[place] as string)?.[0] ?? word(random);
    const names = [name, word(random), word(random)];
    const kind = random(4);
    if (kind === 0) after.splice(place, 0, ...dialect.guard(`${name} < ${random(90)}`, value(random, names)));
    else if (kind === 1) {
      const fresh = names.slice(0, 2).map((one) => dialect.assign(one, value(random, names)));
      after.splice(place, 2, ...fresh);
    } else if (kind === 2) after.splice(place + 1, 0, dialect.assign(word(random), value(random, names)));
    else after.splice(place, 1, `${lines[place]?.replace(/;?$/, '')} + ${word(random)}`);
  }
  return after;
}

function value(random: Random, names: readonly string[]): string {
  const name = names[random(names.length)] ?? 'none';
  const kinds = [
    `${word(random)}(${name}, ${random(500)})`,
    `${name}.${word(random)}`,
    `${name} * ${random(50)} - ${word(random)}`,
    `[${name}, '${word(random)}']`,
  ];
  return kinds[random(kinds.length)] as string;
}

const syllables = ['ka', 'lo', 'mi', 'ter', 'pro', 'sen', 'dar', 'vi', 'bu', 'ne', 'fol', 'gra', 'zu', 'hep'];

function word(random: Random): string {
  const parts = Array.from({ length: 2 + random(2) }, () => syllables[random(syllables.length)]);
  return parts.join(random(3) === 0 ? '_' : '');
}

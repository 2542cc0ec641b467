import path from 'node:path';
import { folderCircles, folderGraph, mutualFolders, sharedNames, unreached } from './graph.ts';
import { isTest, type Source } from './sources.ts';

/** What is measured of `src`, without tests. Lengths are lines; `p50` is the median. */
export interface Figures {
  readonly files: number;
  readonly lines: number;
  readonly files_per_1000_lines: number;
  readonly file_p50: number;
  readonly file_p90: number;
  readonly file_max: number;
  readonly files_up_to_20_lines: number;
  readonly files_above_300_lines: number;
  readonly function_p50: number;
  readonly function_p90: number;
  readonly function_max: number;
  readonly comment_lines_percent: number;
  readonly imports_p50: number;
  readonly imports_p90: number;
  readonly imports_max: number;
  readonly exports_max: number;
  readonly files_with_one_importer_percent: number;
  readonly largest_room: number;
  readonly rooms_above_16_files: number;
  readonly names_exported_twice: number;
  readonly files_only_tests_use: number;
  readonly mutual_folders: number;
  readonly folders_in_circles: number;
}

/** What the counts stand for, to be looked at. */
export interface Lists {
  readonly large_files: readonly string[];
  readonly long_functions: readonly string[];
  readonly rooms: readonly string[];
  readonly names: readonly string[];
  readonly unreached: readonly string[];
  readonly mutual: readonly string[];
  readonly circles: readonly string[];
}

/** A room of more files has to be scrolled. */
export const mostFilesOfRoom = 16;

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Files directly in each folder, the fullest first. */
function roomsOf(sources: readonly Source[]): [folder: string, files: number][] {
  const rooms = Map.groupBy(sources, ({ file }) => path.posix.dirname(file));
  return [...rooms]
    .map(([folder, files]): [string, number] => [folder, files.length])
    .sort(([, a], [, b]) => b - a);
}

function oneImporter(sources: readonly Source[]): number {
  const importers = new Map<string, Set<string>>();
  for (const { file, imports } of sources)
    for (const { file: to } of imports) importers.set(to, (importers.get(to) ?? new Set()).add(file));
  return sources.filter(({ file }) => importers.get(file)?.size === 1).length;
}

/** Measures `src` of a checkout. `all` are its sources, tests among them. */
export function measure(all: readonly Source[]): { readonly figures: Figures; readonly lists: Lists } {
  const sources = all.filter((source) => !isTest(source));
  const lengths = sources.map(({ lines }) => lines);
  const functions = sources.flatMap((source) =>
    source.functions.map((one) => ({ ...one, file: source.file })),
  );
  const functionLines = functions.map(({ lines }) => lines);
  const importCounts = sources.map(({ imports }) => imports.length);
  const rooms = roomsOf(sources);
  const names = sharedNames(sources);
  const lost = unreached(sources);
  const graph = folderGraph(sources);
  const [mutual, circles] = [mutualFolders(graph), folderCircles(graph)];
  const lines = sum(lengths);
  const large = sources.filter((source) => source.lines > 300);
  const figures: Figures = {
    files: sources.length,
    lines,
    files_per_1000_lines: rounded((sources.length / lines) * 1000),
    file_p50: quantile(lengths, 0.5),
    file_p90: quantile(lengths, 0.9),
    file_max: Math.max(...lengths),
    files_up_to_20_lines: lengths.filter((length) => length <= 20).length,
    files_above_300_lines: large.length,
    function_p50: quantile(functionLines, 0.5),
    function_p90: quantile(functionLines, 0.9),
    function_max: Math.max(...functionLines),
    comment_lines_percent: rounded((sum(sources.map((source) => source.commentLines)) / lines) * 100),
    imports_p50: quantile(importCounts, 0.5),
    imports_p90: quantile(importCounts, 0.9),
    imports_max: Math.max(...importCounts),
    exports_max: Math.max(...sources.map((source) => source.exports.length)),
    files_with_one_importer_percent: rounded((oneImporter(sources) / sources.length) * 100),
    largest_room: rooms[0]?.[1] ?? 0,
    rooms_above_16_files: rooms.filter(([, count]) => count > mostFilesOfRoom).length,
    names_exported_twice: names.size,
    files_only_tests_use: lost.length,
    mutual_folders: mutual.length,
    folders_in_circles: sum(circles.map((circle) => circle.length)),
  };
  const longest = functions.filter((one) => one.lines > 50).sort((a, b) => b.lines - a.lines);
  const lists: Lists = {
    large_files: large.map((source) => `${source.file}: ${source.lines} lines`),
    long_functions: longest.map(({ name, lines: length, file }) => `${file}: ${name}, ${length} lines`),
    rooms: rooms
      .filter(([, count]) => count > mostFilesOfRoom)
      .map(([folder, count]) => `${folder}: ${count} files`),
    names: [...names].map(([name, files]) => `${name}: ${files.join(', ')}`),
    unreached: lost,
    mutual,
    circles: circles.map((circle) => circle.join(', ')),
  };
  return { figures, lists };
}

import type { RejectionReason } from '../../src/domain/rejection.ts';

/** Refusals made up on top of a package's newest tree, since a package's releases do not hold them. */
export type MadeUpRefusal = Extract<
  RejectionReason,
  'bot' | 'empty' | 'lock_files_only' | 'packaging_only' | 'version_bump_only'
>;

export interface ReleasedPackage {
  /** Name on npm. */
  readonly name: string;
  /**
   * Consecutive releases, oldest first. The first of a line is only the base of the next, each other one is a change.
   * A line may leave out releases only before its first one, so that every change is the change of one release.
   */
  readonly lines: readonly (readonly string[])[];
  /** Releases whose own change has to be refused, and why. */
  readonly refused?: Readonly<Record<string, RejectionReason>>;
  readonly madeUp: readonly MadeUpRefusal[];
}

/**
 * Small packages under permissive licences whose tarballs hold the source as written. All but the last four hold tests. What is
 * newest by its changelog's dates is held out of training: tape, express and body-parser are there for that.
 */
export const releasedPackages: readonly ReleasedPackage[] = [
  {
    name: 'qs',
    lines: [
      [
        '6.10.0',
        '6.10.1',
        '6.10.2',
        '6.10.3',
        '6.11.0',
        '6.11.1',
        '6.11.2',
        '6.12.0',
        '6.12.1',
        '6.12.2',
        '6.12.3',
      ],
    ],
    refused: { '6.12.0': 'no_issue' },
    madeUp: ['bot'],
  },
  {
    name: 'minimist',
    lines: [
      ['1.1.1', '1.1.2', '1.1.3', '1.2.0'],
      ['1.2.5', '1.2.6', '1.2.7', '1.2.8'],
    ],
    refused: { '1.2.7': 'packaging_only' },
    madeUp: ['empty'],
  },
  {
    name: 'object-inspect',
    lines: [
      ['1.12.0', '1.12.1', '1.12.2'],
      ['1.13.0', '1.13.1', '1.13.2', '1.13.3', '1.13.4'],
    ],
    madeUp: ['lock_files_only'],
  },
  {
    name: 'deep-equal',
    lines: [
      ['2.1.0', '2.2.0'],
      ['2.2.1', '2.2.2', '2.2.3'],
    ],
    refused: { '2.2.3': 'no_source_change' },
    madeUp: [],
  },
  {
    name: 'tape',
    lines: [
      ['5.6.3', '5.6.4', '5.6.5'],
      ['5.7.2', '5.7.3', '5.7.4', '5.7.5'],
      ['5.8.1', '5.9.0'],
    ],
    madeUp: [],
  },
  {
    name: 'express',
    lines: [['4.18.1', '4.18.2', '4.18.3', '4.19.0', '4.19.1', '4.19.2', '4.20.0']],
    madeUp: [],
  },
  {
    name: 'body-parser',
    lines: [['1.20.1', '1.20.2', '1.20.3']],
    madeUp: [],
  },
  {
    name: 'yargs-parser',
    lines: [['18.1.0', '18.1.1', '18.1.2', '18.1.3']],
    madeUp: ['version_bump_only'],
  },
  {
    name: 'commander',
    lines: [['4.0.0', '4.0.1', '4.1.0', '4.1.1']],
    madeUp: ['packaging_only'],
  },
];

export function versionsOf(released: ReleasedPackage): string[] {
  return released.lines.flat();
}

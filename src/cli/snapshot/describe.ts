import { type SnapshotManifest, snapshotFiles } from '../../train/snapshot/manifest.ts';

/** Lines for people: what a snapshot holds, and what was left out. */
export function describeSnapshot(manifest: SnapshotManifest): string {
  const { instances, files, left_out } = manifest;
  const lines = [
    `snapshot   ${manifest.snapshot_id}`,
    `rows       ${manifest.rows}, rewarded by ${manifest.formula}`,
    `split at   ${manifest.split_at}`,
    `instances  ${instances.train} to train on, ${instances.held_out} held out`,
    ...snapshotFiles.map((name) => `${name.padEnd(11)}${files[name].rows} rows`),
  ];
  const reasons = Object.entries(left_out).map(([why, count]) => `  ${why} ${count}`);
  return [...lines, ...(reasons.length === 0 ? [] : ['left out', ...reasons])].join('\n');
}

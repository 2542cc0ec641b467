import { beforeAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../demo/report/summary.ts';
import { type DemoRun, runDemo } from './run-demo.ts';

describe('`npm run demo -- --exit --summary FILE --no-train` with nothing configured', () => {
  let run: DemoRun;
  let summary: Summary;

  beforeAll(async () => {
    run = await runDemo(['--no-train']);
    summary = run.summary;
  }, 400_000);

  it('ends with status 0', () => {
    expect(run.status).toBe(0);
  });

  it('lists at least 12 instances of at least 3 real packages, each with an issue and a source file', () => {
    expect(summary.instances.length).toBeGreaterThanOrEqual(12);
    expect(new Set(summary.instances.map(({ repo }) => repo)).size).toBeGreaterThanOrEqual(3);
    for (const { linked_issues, files, patch, base_commit } of summary.instances) {
      expect([linked_issues.length > 0, files.length > 0, patch.startsWith('diff --git ')]).toEqual([
        true,
        true,
        true,
      ]);
      expect(base_commit).toMatch(/^[0-9a-f]{40}$/);
    }
  });

  it('scores every oracle 1, or says why it has no score', () => {
    for (const { oracle_reward, oracle_reason } of summary.instances) {
      expect(oracle_reward === 1 || (oracle_reward === null && oracle_reason !== null)).toBe(true);
    }
  });

  it('has candidates from revisions and from rivals, each with a reward', () => {
    const candidates = summary.instances.flatMap((instance) => instance.candidates);
    expect(new Set(candidates.map(({ origin }) => origin))).toEqual(new Set(['pr_revision', 'rival_pr']));
    for (const { reward } of candidates) expect(reward).toBeTypeOf('number');
  });

  it('lists at least 5 rejections of different reasons', () => {
    expect(new Set(summary.rejections.map(({ reason }) => reason)).size).toBeGreaterThanOrEqual(5);
  });

  it('names the stages that it left out', () => {
    expect(summary.skipped.map(({ stage }) => stage)).toEqual(['label', 'propose', 'train']);
    expect(summary.skipped[2]?.why).toBe('left out by request');
    expect(summary.rounds).toEqual([]);
  });
});

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkCluster } from '../../../src/cluster/check/check-cluster.ts';
import type { ClusterConfig } from '../../../src/cluster/config/clusters-file.ts';
import type { Cluster, ClusterJob } from '../../../src/domain/ports/cluster.ts';
import { sharedFolder } from '../../../src/round-files/shared-folder.ts';
import { checksBin } from '../../support/python-environments.ts';
import { type Bundle, buildRewardServer } from '../../support/reward-server.ts';
import { type ClusterWorld, until, signal, stopWithin } from '../contract.ts';

const root = path.join(import.meta.dirname, '..', '..', '..');
const trainer = path.join(root, 'trainer');

/** A cluster on which the real driver runs. */
export interface RoundWorld extends ClusterWorld {
  readonly config: ClusterConfig;
  /** Runs a module of the trainer. */
  openModule(module: string): Cluster;
  /** Makes a folder of this machine readable for jobs, where they do not see all of it. */
  share?(folder: string): void;
}

const env = { PYTHONPATH: trainer, MENDLOOP_NODE: process.execPath };

async function makeRound(
  directory: string,
  bundle: Bundle,
  changes: object,
  overrides: object,
): Promise<void> {
  const bin = await checksBin();
  const program = `
import json, sys
from pathlib import Path
from tests.rounds import build_round
directory, changes, overrides = sys.argv[1:]
build_round(Path(directory), json.loads(changes), overrides=json.loads(overrides))
`;
  execFileSync(
    path.join(bin, 'python'),
    ['-c', program, directory, JSON.stringify(changes), JSON.stringify(overrides)],
    {
      cwd: trainer,
      env: { ...process.env, MENDLOOP_REWARD_SERVER: bundle.file },
    },
  );
}

async function driverJob(world: RoundWorld, round_id: string, attempt: number): Promise<ClusterJob> {
  const spec = await readFile(path.join(world.rounds, round_id, 'spec.json'));
  const spec_sha256 = createHash('sha256').update(spec).digest('hex');
  const roundDir = path.posix.join(world.roundsThere ?? world.rounds, round_id);
  return {
    key: `mendloop-${round_id}-a${attempt}`,
    roundDir,
    attempt,
    args: ['run', '--round-dir', roundDir, '--attempt', String(attempt)],
    env: { ...env, MENDLOOP_SPEC_SHA256: spec_sha256 },
    round_id,
    spec_sha256,
    graceSeconds: 20,
    walltimeSeconds: 600,
    resources: { nodes: 1, gpusPerNode: 0, cpus: 1, memoryGb: 1 },
  };
}

async function fileOf(world: RoundWorld, ...parts: readonly string[]): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path.join(world.rounds, ...parts), 'utf8')) as Record<string, unknown>;
}

/** The driver itself, with the engine that needs no model. */
export function fullRounds(world: () => RoundWorld): void {
  describe('with the driver of a round', () => {
    let bundle: Bundle;
    beforeAll(async () => {
      bundle = await buildRewardServer();
      world().share?.(root);
    });
    afterAll(() => bundle?.[Symbol.asyncDispose]());

    test('passes the check of a cluster', async () => {
      const { config, openModule, rounds, roundsThere = rounds } = world();
      const findings = await checkCluster({
        config,
        open: async () => openModule('mendloop_trainer.probe'),
        rounds: { app: rounds, cluster: roundsThere },
        files: sharedFolder(rounds),
        env,
        rewardServer: bundle.file,
        seconds: 120,
        onProgress: () => undefined,
      });
      expect(findings.filter(({ state }) => state === 'fail')).toEqual([]);
      expect(findings.map(({ check }) => check)).toContain('reward_server');
    });

    test('a cancelled round goes on from its checkpoint in a second attempt, to its end', async () => {
      const round_id = `r-full-${world().config.kind}`;
      const directory = path.join(world().rounds, round_id);
      world().share?.(`${directory}-base`);
      await makeRound(directory, bundle, { round_id, 'algo.max_steps': 6 }, { sleep_s: 1 });
      const cluster = world().openModule('mendloop_trainer');
      const first = await cluster.submit(await driverJob(world(), round_id, 1), signal);
      const stepped = async (): Promise<number> => {
        const status = await fileOf(world(), round_id, 'attempts', '0001', 'status.json').catch(() => ({
          step: 0,
        }));
        return Number(status.step);
      };
      await expect.poll(stepped, { timeout: 90_000 }).toBeGreaterThan(1);
      await stopWithin(cluster, first.nativeId, 20);
      const stopped = await until(() => cluster.status(first.nativeId, signal));
      expect(['failed', 'cancelled']).toContain(stopped.state);
      expect(await fileOf(world(), round_id, 'attempts', '0001', 'result.json')).toMatchObject({
        exit_code: 30,
      });
      const second = await cluster.submit(await driverJob(world(), round_id, 2), signal);
      expect(await until(() => cluster.status(second.nativeId, signal))).toMatchObject({
        state: 'succeeded',
        exitCode: 0,
      });
      expect(await fileOf(world(), round_id, 'attempts', '0002', 'result.json')).toMatchObject({
        exit_code: 0,
        steps: 6,
      });
      expect(await fileOf(world(), round_id, 'out', 'manifest.json')).toMatchObject({ round_id });
    });
  });
}

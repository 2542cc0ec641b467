import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ClusterConfig } from '../../../src/cluster/config/clusters-file.ts';
import { requirePython } from '../../../src/python/find-python.ts';
import { type RayWorld, startRay } from '../real/ray-world.ts';
import { type SlurmWorld, startSlurm } from '../real/slurm-world.ts';
import { type Journal, makeJournal } from './journal.ts';
import type { Kind } from './kind.ts';
import { type Product, startProduct } from './product.ts';

const trainer = path.join(import.meta.dirname, '..', '..', '..', 'trainer');

/** A real head, a real controller with two nodes, and the product that uses both and its own machine. */
export interface ProductWorld extends AsyncDisposable {
  readonly folder: string;
  readonly product: Product;
  readonly ray: RayWorld;
  readonly slurm: SlurmWorld;
  readonly journal: Journal;
  /** Where the round directories of a cluster lie. */
  roundsOf(kind: Kind): string;
  /** The log of the worker and of every command. */
  readonly log: string;
  /** When each was killed, in milliseconds of the epoch. */
  readonly kills: { readonly head: number[]; readonly slurmctld: number[] };
}

/** What the product is told of clusters; `python` runs the drivers of all of them. */
export function clustersOf(ray: RayWorld, slurm: SlurmWorld, journal: Journal): ClusterConfig[] {
  const { python } = journal;
  const more = { python: [python], env: { PYTHONPATH: trainer, MENDLOOP_NODE: process.execPath } };
  return [
    {
      name: 'local',
      kind: 'local',
      profile: 'cpu',
      settings: {},
      resources: slurm.config.resources,
      ...more,
    },
    { ...ray.config, ...more },
    { ...slurm.config, ...more, slurm: { ...slurm.config.slurm, bin: journal.slurmBin } },
  ];
}

export interface ProductWorldOptions {
  /** Runs the drivers; the machine's own unless given. */
  readonly python?: string;
}

export async function startProductWorld({ python }: ProductWorldOptions = {}): Promise<ProductWorld> {
  await using owned = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(tmpdir(), 'mendloop-clusters-journal-'));
  owned.defer(() => rm(folder, { recursive: true, force: true }));
  const journal = await makeJournal(folder, python ?? (await requirePython(process.env)));
  const ray = owned.use(await startRay());
  const slurm = owned.use(await startSlurm());
  const log = path.join(folder, 'product.log');
  const clusters = clustersOf(ray, slurm, journal);
  const product = owned.use(
    await startProduct({ clusters, instances: 20, log, path: `${journal.slowBin}:${process.env['PATH']}` }),
  );
  const rounds: Record<Kind, string> = {
    local: path.join(product.home, 'rounds'),
    ray: ray.rounds,
    slurm: slurm.rounds,
  };
  const all = owned.move();
  return {
    folder,
    product,
    ray,
    slurm,
    journal,
    log,
    kills: { head: [], slurmctld: [] },
    roundsOf: (kind) => rounds[kind],
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** The least that a base model of the `fake` engine is. */
export async function writeEmptyModel(folder: string): Promise<string> {
  const model = path.join(folder, 'Tiny-Base');
  await mkdir(model);
  await writeFile(path.join(model, 'config.json'), '{"model_type":"llama"}');
  return model;
}

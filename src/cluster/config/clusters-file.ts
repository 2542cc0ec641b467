import { z } from 'zod';
import { roundSettings } from '../../round-contract/round-settings.ts';
import { roundSpec } from '../../round-contract/round-spec.ts';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,30}$/, 'must be of a-z, 0-9 and -, at most 31 characters');
/** A value that reaches a shell or a scheduler on one line. */
const line = z
  .string()
  .min(1)
  .regex(/^[^\0\r\n]+$/, 'must be one line');
const absolute = line.startsWith('/', 'must be an absolute path');
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a name of an environment variable');
const count = z.int().positive();

const common = {
  name,
  profile: roundSpec.shape.engine.shape.profile,
  settings: roundSettings.default({}),
  resources: roundSpec.shape.resources.extend({ gpu_type: line.nullable() }),
  env: z
    .record(variable, z.string().regex(/^[^\0\r\n]*$/, 'must be one line'))
    .default({})
    .describe('Variables of the driver; no secrets: schedulers show them.'),
};
const python = z.array(line).min(1).describe('Program and first arguments of a Python that has the trainer.');
const roundsDir = z
  .strictObject({ app: absolute, cluster: absolute })
  .describe('The folder of round directories, as this machine and as the machines of the cluster see it.');

const local = z.strictObject({
  ...common,
  kind: z.literal('local'),
  python: python.optional().describe('Absent: the environment that Mendloop makes for itself.'),
  rounds_dir: roundsDir.optional().describe('Absent: `rounds` in MENDLOOP_HOME.'),
});

const docker = z.strictObject({
  ...common,
  kind: z.literal('docker'),
  python,
  rounds_dir: roundsDir,
  docker: z.strictObject({
    image: line.describe('Name with a digest or tag; it is never pulled.'),
    gpus: z.union([z.int().nonnegative(), z.literal('all')]).describe('GPUs that the container may use.'),
    mounts: z
      .array(z.strictObject({ host: absolute, container: absolute }))
      .default([])
      .describe('More folders of the host, read-only, such as that of the base model.'),
  }),
});

const ray = z.strictObject({
  ...common,
  kind: z.literal('ray'),
  python,
  rounds_dir: roundsDir,
  ray: z.strictObject({
    url: z.url({ protocol: /^https?$/ }).describe('Address of the dashboard, such as http://head:8265.'),
    token_env: variable.nullable().describe('The variable that holds the token; null: the cluster has none.'),
    entrypoint_cpus: z.number().nonnegative().default(0),
    entrypoint_gpus: z
      .number()
      .nonnegative()
      .default(0)
      .describe(
        'What the driver itself reserves: all of it for TRL, nothing for verl, whose workers reserve.',
      ),
  }),
});

const unfitNames = ['array', 'clusters', 'test-only', 'wait', 'wrap'];
/** An option of sbatch that makes several jobs of one, or none; sbatch takes the beginning of a name for the name. */
function isUnfit(option: string): boolean {
  const [, name] = /^--([^=\s]*)/.exec(option) ?? [];
  if (name === undefined) return /^-[aMW]/.test(option);
  return name.length > 1 && unfitNames.some((unfit) => unfit.startsWith(name));
}

const slurm = z.strictObject({
  ...common,
  kind: z.literal('slurm'),
  python,
  rounds_dir: roundsDir,
  slurm: z.strictObject({
    account: line.optional(),
    partition: line.optional(),
    qos: line.optional(),
    constraint: line.optional(),
    gres: line.optional().describe('Absent: `gpu:N` where resources.gpus_per_node is not 0.'),
    cpus: count.optional().describe('CPUs of the task; absent: resources.cpus.'),
    memory: line.optional().describe('As --mem takes it; absent: resources.mem_gb.'),
    setup: z.array(line).default([]).describe('Shell lines before the driver, such as `module load cuda`.'),
    sbatch: z
      .array(line.regex(/^--?[A-Za-z]/, 'must be an option of sbatch'))
      .default([])
      .refine((lines) => !lines.some(isUnfit), {
        message: 'must not hold --array, --clusters, --test-only, --wait or --wrap',
      })
      .describe('More options, each as it stands after `#SBATCH`; those that Mendloop gives win.'),
    bin: absolute.optional().describe('Folder of sbatch, squeue, scontrol, scancel; absent: the PATH.'),
    conf: absolute.optional().describe('SLURM_CONF.'),
  }),
});

/** `mendloop.clusters.json`: where rounds may run. */
export const clustersFile = z.strictObject({
  $schema: z.string().optional(),
  clusters: z
    .array(z.discriminatedUnion('kind', [local, docker, ray, slurm]))
    .min(1)
    .refine((all) => new Set(all.map((cluster) => cluster.name)).size === all.length, {
      message: 'must not have two clusters of one name',
    }),
});

export type ClusterConfig = z.infer<typeof clustersFile>['clusters'][number];
export type ClusterOfKind<K extends ClusterConfig['kind']> = Extract<ClusterConfig, { kind: K }>;

import { readConfig } from '../../config/config.ts';
import { defineCommand, type ExitStatus, type JsonContext, jsonOption } from '../frame/command.ts';
import { printRows } from '../frame/print-rows.ts';
import type { ListedCluster } from './services.ts';

const columns = [
  { title: 'cluster', cell: (row: ListedCluster) => row.name },
  { title: 'kind', cell: (row: ListedCluster) => row.kind },
  { title: 'profile', cell: (row: ListedCluster) => row.profile },
  { title: 'nodes', cell: (row: ListedCluster) => row.nodes },
  { title: 'GPUs', cell: (row: ListedCluster) => row.gpus_per_node },
  { title: 'CPUs', cell: (row: ListedCluster) => row.cpus },
  { title: 'GB', cell: (row: ListedCluster) => row.mem_gb },
  { title: 'rounds', cell: (row: ListedCluster) => row.rounds_dir },
];

async function run(context: JsonContext): Promise<ExitStatus> {
  const clusters = (await context.services()).clusters(readConfig());
  const rows = await clusters.list();
  await printRows(context, columns, rows);
  return 0;
}

export const clusterList = defineCommand({
  name: 'cluster list',
  summary: 'List the clusters on which rounds may run.',
  options: jsonOption,
  run,
});

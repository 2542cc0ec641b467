import type { Services } from '../../cli/frame/services.ts';
import { clusterServices } from './clusters.ts';
import { doctorPorts } from './doctor.ts';
import { migrateAll, openQueue } from './queue.ts';
import { roundDeps } from './rounds.ts';

/** The adapters of the commands. Only `run` needs Probot, and loads it by itself. */
export const services: Services = {
  run: async (request) => (await import('../processes.ts')).run(request),
  migrate: migrateAll,
  openQueue,
  rounds: roundDeps,
  clusters: clusterServices,
  doctorPorts,
};

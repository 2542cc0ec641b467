import type { Services } from '../cli/frame/services.ts';

/** Adapters are loaded by the command that needs them: `help` and `reward` start without Probot and pg-boss. */
export const services: Services = {
  async run(request) {
    const { run } = await import('./processes.ts');
    return run(request);
  },
  async migrate(db, databaseUrl, log) {
    const { migrateAll } = await import('./migrate-all.ts');
    return migrateAll(db, databaseUrl, log);
  },
  async openQueue(db, databaseUrl, log) {
    const { openQueue } = await import('./wiring/queue.ts');
    return openQueue(db, databaseUrl, log);
  },
  async rounds(request) {
    const { roundDeps } = await import('./wiring/rounds.ts');
    return roundDeps(request);
  },
  async clusters(config) {
    const { clusterServices } = await import('./wiring/clusters.ts');
    return clusterServices(config);
  },
  async doctorPorts() {
    const { doctorPorts } = await import('./wiring/doctor.ts');
    return doctorPorts;
  },
};

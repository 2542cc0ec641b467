import { configCheck } from './config-check.ts';
import { consentList } from './consent-list.ts';
import { consentSet } from './consent-set.ts';
import { database } from './database.ts';
import { doctor } from './doctor.ts';
import type { Command } from './frame/command.ts';
import { instanceExport } from './instance-export.ts';
import { instanceList } from './instance-list.ts';
import { instanceShow } from './instance-show.ts';
import { jobsDead } from './jobs-dead.ts';
import { jobsList } from './jobs-list.ts';
import { jobsRequeue } from './jobs-requeue.ts';
import { migrate } from './migrate.ts';
import { rejectionList } from './rejection-list.ts';
import { reward } from './reward.ts';
import { server } from './server.ts';
import { up } from './up.ts';
import { worker } from './worker.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  up,
  server,
  worker,
  migrate,
  database,
  doctor,
  configCheck,
  instanceList,
  instanceShow,
  instanceExport,
  rejectionList,
  consentList,
  consentSet,
  jobsList,
  jobsDead,
  jobsRequeue,
  reward,
];

import { checkpointList } from './checkpoint/list.ts';
import { checkpointPromote } from './checkpoint/promote.ts';
import { checkpointRollback } from './checkpoint/rollback.ts';
import { clusterCheck } from './cluster/check.ts';
import { clusterList } from './cluster/list.ts';
import { consentList } from './consent/list.ts';
import { consentSet } from './consent/set.ts';
import { doctor } from './doctor/doctor.ts';
import { evaluate } from './evaluate/evaluate.ts';
import type { Command } from './frame/command.ts';
import { instanceExport } from './instance/export.ts';
import { instanceList } from './instance/list.ts';
import { instanceShow } from './instance/show.ts';
import { jobsDead } from './jobs/dead.ts';
import { jobsList } from './jobs/list.ts';
import { jobsRequeue } from './jobs/requeue.ts';
import { rejectionList } from './rejection/list.ts';
import { reward } from './reward/reward.ts';
import { server, up, worker } from './roles.ts';
import { roundCancel } from './round/cancel.ts';
import { roundList } from './round/list.ts';
import { roundPause, roundUnpause } from './round/pause.ts';
import { roundResume } from './round/resume.ts';
import { roundShow } from './round/show.ts';
import { roundStart } from './round/start.ts';
import { roundWatch } from './round/watch.ts';
import { configCheck } from './setup/config-check.ts';
import { database } from './setup/database.ts';
import { migrateCommand } from './setup/migrate.ts';
import { snapshotCreate } from './snapshot/create.ts';
import { snapshotShow } from './snapshot/show.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  up,
  server,
  worker,
  migrateCommand,
  database,
  doctor,
  configCheck,
  instanceList,
  instanceShow,
  instanceExport,
  rejectionList,
  consentList,
  consentSet,
  roundStart,
  roundList,
  roundShow,
  roundWatch,
  roundCancel,
  roundResume,
  roundPause,
  roundUnpause,
  clusterList,
  clusterCheck,
  checkpointList,
  checkpointPromote,
  checkpointRollback,
  jobsList,
  jobsDead,
  jobsRequeue,
  reward,
  snapshotCreate,
  snapshotShow,
  evaluate,
];

import { checkpointList } from './checkpoint-list.ts';
import { checkpointPromote } from './checkpoint-promote.ts';
import { checkpointRollback } from './checkpoint-rollback.ts';
import { clusterCheck } from './cluster-check.ts';
import { clusterList } from './cluster-list.ts';
import { configCheck } from './config-check.ts';
import { consentList } from './consent-list.ts';
import { consentSet } from './consent-set.ts';
import { database } from './database.ts';
import { doctor } from './doctor.ts';
import { evaluate } from './evaluate.ts';
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
import { roundCancel } from './round-cancel.ts';
import { roundList } from './round-list.ts';
import { roundPause } from './round-pause.ts';
import { roundResume } from './round-resume.ts';
import { roundShow } from './round-show.ts';
import { roundStart } from './round-start.ts';
import { roundUnpause } from './round-unpause.ts';
import { roundWatch } from './round-watch.ts';
import { server } from './server.ts';
import { snapshotCreate } from './snapshot-create.ts';
import { snapshotShow } from './snapshot-show.ts';
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

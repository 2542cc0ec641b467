import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { answersAt, type Daemon, eventually, freePorts, startDaemon } from './daemon.ts';

const execute = promisify(execFile);

/** Slurm's accounting in a MariaDB of its own. */
export interface Accounting {
  /** Lines of slurm.conf. */
  readonly lines: readonly string[];
  readonly daemons: readonly Daemon[];
}

async function startMariadb(folder: string, port: number): Promise<Daemon> {
  const data = path.join(folder, 'mariadb');
  const socket = path.join(folder, 'mariadb.sock');
  const own = ['--no-defaults', `--datadir=${data}`];
  await mkdir(data);
  await execute('mariadb-install-db', [...own, '--user=root', '--auth-root-authentication-method=normal']);
  const net = [`--port=${port}`, '--bind-address=127.0.0.1', `--socket=${socket}`];
  const args = [...own, '--user=root', `--pid-file=${folder}/mariadb.pid`, ...net];
  const daemon = startDaemon('mariadbd', args, { log: path.join(folder, 'log', 'mariadb.log') });
  const sql =
    "create user 'slurm'@'127.0.0.1' identified by 'slurm'; grant all on *.* to 'slurm'@'127.0.0.1'";
  const client = ['--no-defaults', `--socket=${socket}`, '--user=root', '-e', sql];
  await eventually('MariaDB', () =>
    execute('mariadb', client).then(
      () => true,
      () => false,
    ),
  );
  return daemon;
}

/** Needs a munge whose socket is `run/munge.sock` below the folder. */
export async function startAccounting(folder: string): Promise<Accounting> {
  const [sqlPort = 0, port = 0] = await freePorts(2);
  const mariadb = await startMariadb(folder, sqlPort);
  const conf = path.join(folder, 'slurmdbd.conf');
  await writeFile(
    conf,
    `AuthType=auth/munge
AuthInfo=socket=${folder}/run/munge.sock
DbdHost=localhost
DbdAddr=127.0.0.1
DbdPort=${port}
SlurmUser=root
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort=${sqlPort}
StorageUser=slurm
StoragePass=slurm
StorageLoc=slurm_acct
PidFile=${folder}/run/slurmdbd.pid
`,
  );
  await chmod(conf, 0o600);
  const slurmConf = path.join(folder, 'slurm.conf');
  const env = { PATH: process.env['PATH'], HOME: folder, SLURM_CONF: slurmConf };
  const dbd = startDaemon('slurmdbd', ['-D', '-v'], { env, log: path.join(folder, 'log', 'slurmdbd.log') });
  await eventually('slurmdbd', () => answersAt(port));
  return {
    lines: [
      'AccountingStorageType=accounting_storage/slurmdbd',
      'AccountingStorageHost=127.0.0.1',
      `AccountingStoragePort=${port}`,
      // With munge, this is its socket.
      `AccountingStoragePass=${folder}/run/munge.sock`,
      'AccountingStoreFlags=job_comment',
    ],
    daemons: [dbd, mariadb],
  };
}

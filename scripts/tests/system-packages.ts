import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

/** Debian's packages start their services on standard ports, unless this program says no (101). */
function forbidStarts(): Disposable {
  const file = '/usr/sbin/policy-rc.d';
  const isOurs = !existsSync(file);
  if (isOurs) writeFileSync(file, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  return { [Symbol.dispose]: () => void (isOurs && rmSync(file)) };
}

async function aptGet(args: readonly string[], signal: AbortSignal): Promise<void> {
  const child = spawn('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    signal,
  });
  child.on('error', () => undefined);
  await once(child, 'close');
}

/** Installs Debian packages. One that cannot be installed shows later: its tier is left out. */
export async function installPackages(packages: readonly string[], signal: AbortSignal): Promise<void> {
  using _ = forbidStarts();
  await aptGet(['update', '-qq'], signal);
  await aptGet(['install', '-y', '-qq', '--no-install-recommends', ...packages], signal);
}

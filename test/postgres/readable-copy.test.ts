import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { serverAccount } from '../../src/postgres/account.ts';
import { findFolders } from '../../src/postgres/find-binaries.ts';
import { readableCopy } from '../../src/postgres/native-package.ts';
import { temporaryHome } from '../support/home.ts';

// Incident: under root's 0700 home the server's account may not read node_modules, and where install scripts are
// denied the libraries' links are missing; either way initdb does not even load.
test('binaries that the server’s account cannot load are copied to where it can, links included', async () => {
  await using place = await temporaryHome();
  const [candidate] = await findFolders();
  const identity = await serverAccount(place.home);
  const closed = await mkdtemp(join(tmpdir(), 'mendloop-closed-'));
  const packaged = join(closed, 'package');
  await cp(dirname(candidate?.native ?? ''), packaged, { recursive: true, verbatimSymlinks: true });
  await rm(join(packaged, 'native/lib/libicuuc.so.60'));

  const copy = await readableCopy(join(packaged, 'native'), place.home, identity);
  const again = await readableCopy(join(packaged, 'native'), place.home, identity);

  expect(again).toBe(copy);
  expect(String(execFileSync(join(copy, 'bin/postgres'), ['--version'], { cwd: '/', ...identity }))).toMatch(
    /\) 18/,
  );
  await rm(closed, { recursive: true });
});

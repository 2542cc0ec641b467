import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { packageRoot } from '../package-root.ts';

/** The first line of the bundle. The same sources give the same bytes. */
const banner =
  '// Mendloop reward server, Apache-2.0. One file for Node 20 or newer; --help says how to start it.';

/** Writes the reward server as one module that imports Node only. Needs `rolldown`, which the package does not install. */
export async function bundleRewardServer(file: string): Promise<void> {
  const bundle = await rolldown({
    input: join(packageRoot(), 'src', 'main', 'reward-server.ts'),
    platform: 'node',
    transform: { target: 'node20' },
  });
  try {
    await bundle.write({ file, format: 'esm', banner, codeSplitting: false });
  } finally {
    await bundle.close();
  }
}

import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';

const root = dirname(import.meta.dirname);

/** What the bundle says of itself; the same sources give the same bytes. */
const banner =
  '// Mendloop reward server, Apache-2.0. One file for Node 20 or newer; --help says how to start it.';

/** Writes the reward server as one module without imports but Node's own. */
export async function bundleRewardServer(file: string): Promise<void> {
  const bundle = await rolldown({
    input: join(root, 'src', 'main', 'reward-server.ts'),
    platform: 'node',
    transform: { target: 'node20' },
  });
  try {
    await bundle.write({ file, format: 'esm', banner, codeSplitting: false });
  } finally {
    await bundle.close();
  }
}

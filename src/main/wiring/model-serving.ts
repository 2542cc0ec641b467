import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../config/config.ts';
import { proveModel } from '../../model/prove-model.ts';
import { retireAdapter } from '../../model/retire-adapter.ts';
import { serveAdapter } from '../../model/serve-adapter.ts';
import { vllmServer } from '../../model/vllm-server.ts';
import type { CheckpointDeps } from '../../train/checkpoint/deps.ts';

const draining = { waitMs: 60_000, pollMs: 500 };

function folderOf(uri: string | null): string | null {
  return uri?.startsWith('file:') === true ? fileURLToPath(uri) : null;
}

/**
 * Connects aliases to the configured model servers, which see round directories and base models at the cluster's paths.
 * `out` gives the finished directory of a round, as the cluster sees it.
 */
export function modelServing(
  { modelServer }: Config,
  out: (round_id: string) => Promise<string>,
): Pick<CheckpointDeps, 'serve' | 'retire'> {
  if (modelServer === null) return { serve: null, retire: null };
  const { urls, key } = modelServer;
  const servers = urls.map((url) => vllmServer({ url, key }));
  return {
    async serve({ checkpoint_id: name, round_id, kind, base_uri }) {
      const folder = await out(round_id);
      if (kind === 'full') await proveModel(servers, { name, path: path.join(folder, 'model') });
      else {
        const adapter = path.join(folder, 'adapter');
        await serveAdapter(servers, { name, path: adapter, base: folderOf(base_uri) });
      }
    },
    async retire(checkpoint_id) {
      await retireAdapter(servers, checkpoint_id, draining);
    },
  };
}

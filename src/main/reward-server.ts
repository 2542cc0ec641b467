import { isMainThread } from 'node:worker_threads';
import { serve } from '../scoring/server/serve.ts';
import { serveAsThread } from '../scoring/thread.ts';

// Bundled into one file, which its threads run too.
if (isMainThread) {
  process.exitCode = await serve(process.argv.slice(2), process.env, new URL(import.meta.url));
} else serveAsThread();

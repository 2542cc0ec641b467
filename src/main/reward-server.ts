import { isMainThread } from 'node:worker_threads';
import { serve } from '../scoring/server/serve.ts';
import { serveAsThread } from '../scoring/thread.ts';

// This module is bundled into one file; its threads run the same file.
if (isMainThread) {
  process.exitCode = await serve(process.argv.slice(2), process.env, new URL(import.meta.url));
} else serveAsThread();

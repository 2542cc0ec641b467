import { serve } from '../../src/scoring/server/serve.ts';

// The reward server with threads that can be made to fail.
const module = new URL('./faulty-thread.ts', import.meta.url);
process.exitCode = await serve(process.argv.slice(2), process.env, module);

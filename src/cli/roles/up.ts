import { defineCommand, jsonOption } from '../frame/command.ts';
import { serve } from './serve.ts';

export const up = defineCommand({
  name: 'up',
  summary: 'Run everything in one process: database, server and worker.',
  options: jsonOption,
  run: (context) => serve(context, { roles: ['worker', 'server'], migrate: true }),
});

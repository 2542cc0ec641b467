import { type Command, jsonOption } from '../frame/command.ts';
import { serve } from './serve.ts';

export const up: Command = {
  name: 'up',
  summary: 'Run everything in one process: database, server and worker.',
  usage: '[--json]',
  options: jsonOption,
  arity: [0, 0],
  run: (context) => serve(context, { roles: ['worker', 'server'], migrate: true }),
};

import { type Command, jsonOption } from '../frame/command.ts';
import { serve } from './serve.ts';

export const worker: Command = {
  name: 'worker',
  summary: 'Work on jobs; any number of workers may run.',
  usage: '[--json]',
  options: jsonOption,
  arity: [0, 0],
  run: (context) => serve(context, { roles: ['worker'], migrate: false }),
};

import { defineCommand, jsonOption } from '../frame/command.ts';
import { serve } from './serve.ts';

export const worker = defineCommand({
  name: 'worker',
  summary: 'Work on jobs; any number of workers may run.',
  options: jsonOption,
  run: (context) => serve(context, { roles: ['worker'], migrate: false }),
});

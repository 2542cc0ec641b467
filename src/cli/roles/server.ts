import { type Command, jsonOption } from '../frame/command.ts';
import { serve } from './serve.ts';

export const server: Command = {
  name: 'server',
  summary: 'Take deliveries from GitHub and serve the dashboard.',
  usage: '[--json]',
  options: jsonOption,
  arity: [0, 0],
  run: (context) => serve(context, { roles: ['server'], migrate: false }),
};

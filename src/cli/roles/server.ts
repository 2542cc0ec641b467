import { defineCommand, jsonOption } from '../frame/command.ts';
import { serve } from './serve.ts';

export const server = defineCommand({
  name: 'server',
  summary: 'Take deliveries from GitHub and serve the dashboard.',
  options: jsonOption,
  run: (context) => serve(context, { roles: ['server'], migrate: false }),
});

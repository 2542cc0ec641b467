import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'pg';
import { createNodeMiddleware, Probot } from 'probot';
import { benchSecret } from './payloads.ts';

// The baseline: plain Probot, a pool of 10, one awaited parameterised insert per delivery, no routing and no job.
const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });
await pool.query(`create table if not exists baseline_delivery (
  id uuid primary key, event text not null, payload jsonb not null, received_at timestamptz not null default now())`);
const probot = new Probot({ githubToken: 'unused', secret: benchSecret, logLevel: 'error' });
const middleware = await createNodeMiddleware(
  (app) => {
    app.onAny(async (event) => {
      await pool.query('insert into baseline_delivery (id, event, payload) values ($1, $2, $3)', [
        event.id,
        event.name,
        JSON.stringify(event.payload),
      ]);
    });
  },
  { probot, webhooksPath: '/api/github/webhooks' },
);
const server = createServer((req, res) => {
  void middleware(req, res, () => res.writeHead(404).end());
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0));

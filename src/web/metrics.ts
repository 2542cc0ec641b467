import { Hono } from 'hono';
import type { QueueCounts } from '../jobs/admin.ts';
import {
  countDeliveries,
  countInstances,
  countRejections,
  countRounds,
  type LabelledCount,
  lastPromotion,
  type RunningRound,
  runningRounds,
} from '../queries/metrics.ts';
import { remoteAddress } from './access/guard.ts';
import { isLoopbackRequest } from './access/origin.ts';
import { refuse } from './access/refusal.ts';
import type { DashboardDeps, WebApp, WebEnvironment } from './environment.ts';

type Labels = Readonly<Record<string, string>>;

interface Family {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly { readonly labels: Labels; readonly value: number }[];
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function sample(name: string, labels: Labels, value: number): string {
  const inner = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}{${inner.join(',')}} ${value}\n`;
}

/** Prometheus text format 0.0.4; all are gauges, for rows are also removed. */
export function exposition(families: readonly Family[]): string {
  return families
    .map(({ name, help, samples }) => {
      const lines = samples.map(({ labels, value }) => sample(name, labels, value));
      return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`;
    })
    .join('');
}

function family(name: string, help: string, label: string, counts: readonly LabelledCount[]): Family {
  return { name, help, samples: counts.map((row) => ({ labels: { [label]: row.label }, value: row.count })) };
}

const jobStates = ['waiting', 'delayed', 'running', 'done', 'dead'] as const;

function jobFamily(queues: readonly QueueCounts[]): Family {
  const samples = queues.flatMap((counts) =>
    jobStates.map((state) => ({ labels: { queue: counts.name, state }, value: counts[state] })),
  );
  return { name: 'mendloop_jobs', help: 'Jobs by queue and state.', samples };
}

function promotionFamily(at: Date | null): Family {
  const samples = at === null ? [] : [{ labels: {}, value: Math.floor(at.getTime() / 1000) }];
  const help = 'When a round was last promoted, in seconds of Unix time.';
  return { name: 'mendloop_round_last_promoted_seconds', help, samples };
}

/** Ids of rounds are no labels: there would be a new one every night for good. */
function stepFamilies(running: readonly RunningRound[]): Family[] {
  const samples = (figure: (round: RunningRound) => number | null): Family['samples'] =>
    running.map((round) => ({ labels: { cluster: round.cluster }, value: figure(round) ?? 0 }));
  return [
    {
      name: 'mendloop_round_step',
      help: 'Steps done by the newest round that runs on a cluster.',
      samples: samples(({ step }) => step),
    },
    {
      name: 'mendloop_round_steps_wanted',
      help: 'Steps that this round is to do.',
      samples: samples(({ total_steps }) => total_steps),
    },
  ];
}

/** Counts for a monitor on the same machine, without names of repositories. */
export function metricsRoute({ db, jobs }: DashboardDeps): WebApp {
  const app = new Hono<WebEnvironment>();
  app.get('/metrics', async (c) => {
    if (!isLoopbackRequest(c.req.raw.headers, remoteAddress(c))) return refuse(c, 'loopback_only');
    const [deliveries, queues, instances, rejections, rounds, promoted, running] = await Promise.all([
      countDeliveries(db),
      jobs.queues(null),
      countInstances(db),
      countRejections(db),
      countRounds(db),
      lastPromotion(db),
      runningRounds(db),
    ]);
    const text = exposition([
      family('mendloop_deliveries', 'Deliveries by state.', 'state', deliveries),
      jobFamily(queues),
      family('mendloop_instances', 'Instances by status.', 'status', instances),
      family('mendloop_rejections', 'Rejected pull requests by reason.', 'reason', rejections),
      family('mendloop_rounds', 'Rounds by state.', 'state', rounds),
      promotionFamily(promoted),
      ...stepFamilies(running),
    ]);
    return c.body(text, 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  });
  return app;
}

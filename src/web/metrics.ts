import { Hono } from 'hono';
import {
  type Metric,
  type MetricSample,
  prometheusText,
  prometheusType,
  samplesBy,
} from '../http/prometheus.ts';
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

/** All metrics here are gauges, since rows are also removed. */
function gauge(name: string, help: string, samples: readonly MetricSample[]): Metric {
  return { name, type: 'gauge', help, samples };
}

function countsBy(name: string, help: string, label: string, counts: readonly LabelledCount[]): Metric {
  const samples = samplesBy(
    label,
    counts.map((row) => [row.label, row.count] as const),
  );
  return gauge(name, help, samples);
}

const jobStates = ['waiting', 'delayed', 'running', 'done', 'dead'] as const;

function jobMetric(queues: readonly QueueCounts[]): Metric {
  const samples = queues.flatMap((counts) =>
    jobStates.map((state) => ({ labels: { queue: counts.name, state }, value: counts[state] })),
  );
  return gauge('mendloop_jobs', 'Jobs by queue and state.', samples);
}

function promotionMetric(at: Date | null): Metric {
  const samples = at === null ? [] : [{ labels: {}, value: Math.floor(at.getTime() / 1000) }];
  const help = 'When a round was last promoted, in seconds of Unix time.';
  return gauge('mendloop_round_last_promoted_seconds', help, samples);
}

/** The labels hold no round id: each night would add a series. */
function stepMetrics(running: readonly RunningRound[]): Metric[] {
  const samples = (figure: (round: RunningRound) => number | null): MetricSample[] =>
    running.map((round) => ({ labels: { cluster: round.cluster }, value: figure(round) ?? 0 }));
  return [
    gauge(
      'mendloop_round_step',
      'Steps done by the newest round that runs on a cluster.',
      samples(({ step }) => step),
    ),
    gauge(
      'mendloop_round_steps_wanted',
      'Steps that this round is to do.',
      samples(({ total_steps }) => total_steps),
    ),
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
    const text = prometheusText([
      countsBy('mendloop_deliveries', 'Deliveries by state.', 'state', deliveries),
      jobMetric(queues),
      countsBy('mendloop_instances', 'Instances by status.', 'status', instances),
      countsBy('mendloop_rejections', 'Rejected pull requests by reason.', 'reason', rejections),
      countsBy('mendloop_rounds', 'Rounds by state.', 'state', rounds),
      promotionMetric(promoted),
      ...stepMetrics(running),
    ]);
    return c.body(text, 200, { 'content-type': prometheusType });
  });
  return app;
}

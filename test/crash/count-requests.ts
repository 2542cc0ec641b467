import type { RequestRecord } from '../../demo/github/http/request-log.ts';
import type { Facts } from './facts.ts';
import type { WorldPull } from './world-pull.ts';

export interface RequestCount {
  readonly requests: number;
  /** Requests that change something on GitHub. */
  readonly writes: number;
  /** Times that the sweep asked for a delivery again. */
  readonly redeliveriesAsked: number;
  /** Times that a pull request was read. */
  readonly pullReads: number;
  /** Pull requests that were read less often than jobs for them completed. */
  readonly unread: number;
  /** Pull requests that were read more often than jobs for them were taken up. */
  readonly overread: number;
}

const redelivery = /^\/api\/v3\/app\/hook\/deliveries\/\d+\/attempts$/;
/** Posts that only read: a token, a query, and git's way to ask for objects. */
const readingPosts = [
  /^\/api\/v3\/app\/installations\/\d+\/access_tokens$/,
  /^\/api\/graphql$/,
  /^\/[^/]+\/[^/]+\.git\/git-upload-pack$/,
];

function isWrite({ method, path }: RequestRecord): boolean {
  if (method === 'GET' || method === 'HEAD') return path.includes('service=git-receive-pack');
  return method !== 'POST' || ![redelivery, ...readingPosts].some((pattern) => pattern.test(path));
}

function readsOf(requests: readonly RequestRecord[], { repo, number }: WorldPull): number {
  const path = `/api/v3/repos/${repo}/pulls/${number}`;
  return requests.filter((request) => request.method === 'GET' && request.path.split('?')[0] === path).length;
}

/**
 * Holds the requests that GitHub received against the job rows. Each attempt of a job reads its pull request once at
 * most, so more reads than attempts would be work that no row tells of; fewer than completed jobs, work not done.
 */
export function countRequests(
  requests: readonly RequestRecord[],
  pulls: readonly WorldPull[],
  facts: Facts,
): RequestCount {
  const jobs = facts.jobs.filter(({ kind }) => kind === 'collect.pull');
  const byPull = Map.groupBy(jobs, ({ repository_id, number }) => `${repository_id}/${number}`);
  let [pullReads, unread, overread] = [0, 0, 0];
  for (const pull of pulls) {
    const own = byPull.get(`${pull.repositoryId}/${pull.number}`) ?? [];
    const completed = own.filter(({ state }) => state === 'completed').length;
    const attempts = own.reduce((sum, job) => sum + job.attempts, 0);
    const reads = readsOf(requests, pull);
    pullReads += reads;
    if (reads < Math.max(1, completed)) unread += 1;
    if (reads > attempts) overread += 1;
  }
  return {
    requests: requests.length,
    writes: requests.filter(isWrite).length,
    redeliveriesAsked: requests.filter(({ path }) => redelivery.test(path)).length,
    pullReads,
    unread,
    overread,
  };
}

import type { Permissions } from '../state/types.ts';

export type RequestKind = 'rest' | 'graphql' | 'git' | 'oauth';
export type CallerKind = 'anonymous' | 'app' | 'installation' | 'user';

/** One HTTP request that the loopback GitHub received. */
export interface RequestRecord {
  readonly at: Date;
  readonly kind: RequestKind;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly userAgent: string | null;
  /** The `x-mendloop-job` header. */
  readonly job: string | null;
  /** The `x-github-delivery` header. */
  readonly delivery: string | null;
  caller: CallerKind;
  installationId: number | null;
  /** What the token that was used may do. */
  permissions: Permissions | null;
  /** `owner/name` that the request was about. */
  repository: string | null;
  /** What the route needed, as `issues:read`; alternatives are joined by `|`. */
  readonly needed: string[];
  /** 0 until answered, and for requests whose connection ended before an answer. */
  status: number;
}

export interface RequestLog {
  readonly all: readonly RequestRecord[];
  readonly add: (record: RequestRecord) => void;
  readonly where: (filter: RequestQuery) => RequestRecord[];
  readonly clear: () => void;
}

export interface RequestQuery {
  readonly kind?: RequestKind;
  readonly method?: string;
  readonly path?: RegExp | string;
  readonly job?: string | null;
  readonly installationId?: number;
  readonly status?: number;
}

export function createRequestLog(): RequestLog {
  const all: RequestRecord[] = [];
  return {
    all,
    add: (record) => void all.push(record),
    where: (query) => all.filter((record) => fits(record, query)),
    clear: () => void (all.length = 0),
  };
}

function fits(record: RequestRecord, query: RequestQuery): boolean {
  if (query.path !== undefined && !pathFits(record.path, query.path)) return false;
  const plain = ['kind', 'method', 'job', 'installationId', 'status'] as const;
  return plain.every((key) => query[key] === undefined || query[key] === record[key]);
}

function pathFits(path: string, wanted: RegExp | string): boolean {
  return typeof wanted === 'string' ? path.includes(wanted) : wanted.test(path);
}

/** What a request is answered with instead of its real answer. */
export type RequestFault =
  | { readonly kind: 'status'; readonly status: number }
  /** Primary limit: 403 with no requests remaining. */
  | { readonly kind: 'rate_limit'; readonly resetSeconds: number }
  /** Secondary limit: 403 (or 429) with `Retry-After`. */
  | { readonly kind: 'secondary_limit'; readonly retryAfterSeconds: number; readonly status?: 403 | 429 }
  /** Never answered, until the client leaves or the loopback GitHub stops. */
  | { readonly kind: 'hang' }
  /** The connection is reset before any answer. */
  | { readonly kind: 'reset' }
  /** The real answer, cut off by closing the connection after that many bytes of its body. */
  | { readonly kind: 'cut'; readonly afterBytes: number };

/** What happens to a delivery instead of being sent at once. */
export type DeliveryFault =
  /** Not sent. In GitHub's log as failed, or as answered with 200. */
  | { readonly kind: 'drop'; readonly loggedAs?: 'failed' | 'ok' }
  | { readonly kind: 'late'; readonly milliseconds: number }
  | { readonly kind: 'duplicate'; readonly copies: number }
  /** Held until that many have gathered, which then go out last first. */
  | { readonly kind: 'reorder'; readonly window: number };

export interface RequestFilter {
  readonly method?: string;
  /** Matched against the path without the query. */
  readonly path?: RegExp | string;
}

export interface DeliveryFilter {
  readonly event?: string;
  readonly action?: string;
}

export interface Faults {
  /** The next `times` matching requests (default 1) meet the fault. Faults asked for first are used up first. */
  readonly onRequest: (fault: RequestFault, filter?: RequestFilter, times?: number) => void;
  readonly onDelivery: (fault: DeliveryFault, filter?: DeliveryFilter, times?: number) => void;
  readonly clear: () => void;
  readonly takeRequestFault: (method: string, path: string) => RequestFault | null;
  readonly takeDeliveryFault: (event: string, action: string | null) => DeliveryFault | null;
}

interface Armed<Fault, Filter> {
  readonly fault: Fault;
  readonly filter: Filter;
  left: number;
}

export function createFaults(): Faults {
  const requests: Armed<RequestFault, RequestFilter>[] = [];
  const deliveries: Armed<DeliveryFault, DeliveryFilter>[] = [];
  return {
    onRequest: (fault, filter = {}, times = 1) => void requests.push({ fault, filter, left: times }),
    onDelivery: (fault, filter = {}, times = 1) => void deliveries.push({ fault, filter, left: times }),
    clear: () => {
      requests.length = 0;
      deliveries.length = 0;
    },
    takeRequestFault: (method, path) =>
      take(requests, (filter) => same(filter.method, method) && pathFits(filter.path, path)),
    takeDeliveryFault: (event, action) =>
      take(deliveries, (filter) => same(filter.event, event) && same(filter.action, action)),
  };
}

function take<Fault, Filter>(armed: Armed<Fault, Filter>[], fits: (filter: Filter) => boolean): Fault | null {
  const index = armed.findIndex((candidate) => fits(candidate.filter));
  const found = armed[index];
  if (found === undefined) return null;
  found.left--;
  if (found.left <= 0) armed.splice(index, 1);
  return found.fault;
}

function same(wanted: string | undefined, actual: string | null): boolean {
  return wanted === undefined || wanted === actual;
}

function pathFits(wanted: RegExp | string | undefined, path: string): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === 'string' ? path.includes(wanted) : wanted.test(path);
}

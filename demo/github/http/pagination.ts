import type { ApiContext } from './context.ts';

const largestPage = 100;
const usualPage = 30;

/** The page that the query asks for; names its neighbours in the `Link` header. */
export function paginate<T>(c: ApiContext, items: readonly T[]): T[] {
  const size = Math.min(positive(c.req.query('per_page'), usualPage), largestPage);
  const page = positive(c.req.query('page'), 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const links: string[] = [];
  if (page > 1) links.push(link(c, page - 1, 'prev'));
  if (page < last) links.push(link(c, page + 1, 'next'), link(c, last, 'last'));
  if (page > 1) links.push(link(c, 1, 'first'));
  if (links.length > 0) c.header('link', links.join(', '));
  return items.slice((page - 1) * size, page * size);
}

/** Pages through a newest-first list by id, for deliveries. */
export function paginateByCursor<T extends { readonly id: number }>(c: ApiContext, items: readonly T[]): T[] {
  const size = Math.min(positive(c.req.query('per_page'), usualPage), largestPage);
  const cursor = Number((c.req.query('cursor') ?? '').replace(/^v1_/, ''));
  const rest = cursor > 0 ? items.filter((item) => item.id <= cursor) : items;
  const next = rest[size];
  if (next !== undefined) {
    const url = new URL(c.req.url);
    url.searchParams.set('cursor', `v1_${next.id}`);
    c.header('link', `<${url.href}>; rel="next"`);
  }
  return rest.slice(0, size);
}

function link(c: ApiContext, page: number, rel: string): string {
  const url = new URL(c.req.url);
  url.searchParams.set('page', String(page));
  return `<${url.href}>; rel="${rel}"`;
}

function positive(text: string | undefined, fallback: number): number {
  const number = Number(text);
  return Number.isInteger(number) && number > 0 ? number : fallback;
}

import { describe, expect, it } from 'vitest';
import { type ListSpec, listUrl, readList } from './list.ts';

const spec: ListSpec<'at' | 'name', 'event' | 'state'> = {
  path: '/things',
  sorts: ['at', 'name'],
  filters: ['event', 'state'],
};

function read(query: string) {
  return readList(spec, new URLSearchParams(query));
}

describe('a list read from its address', () => {
  it('has defaults for everything', () => {
    expect(read('')).toEqual({ sort: 'at', direction: 'desc', page: 1, filters: {} });
  });

  it('leaves out what makes no sense', () => {
    expect(read('page=0&sort=name;drop&dir=sideways&event=&other=x')).toEqual(read(''));
  });

  it('cleans filters of control characters and halves of characters, and cuts them', () => {
    expect(read('event=a%00b%0A').filters.event).toBe('ab');
    expect(read(`event=${'😀'.repeat(150)}`).filters.event?.length).toBe(200);
  });

  it('goes no deeper than a database can follow', () => {
    expect(read('page=123456789').page).toBe(1000);
  });
});

describe('the address of a list', () => {
  it('reads back as the same list', () => {
    const state = read('page=3&sort=name&dir=asc&event=a%26b');
    expect(read(listUrl(spec, state, { page: 3 }).split('?')[1] ?? '')).toEqual(state);
  });

  it('is plain for the defaults, and starts over at page one when sorted anew', () => {
    expect(listUrl(spec, read(''))).toBe('/things');
    expect(listUrl(spec, read('page=3&event=push'), { sort: 'name' })).toBe('/things?event=push&sort=name');
  });
});

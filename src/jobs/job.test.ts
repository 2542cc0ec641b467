import { assert, property, string } from 'fast-check';
import type { Kysely } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Database } from '../db/tables.ts';
import { isDeliveryId } from '../domain/ids.ts';
import { jobKinds } from '../main/wiring/stages.ts';
import { jobIdOf, type NewJob, uuidOf } from './job.ts';
import { type JobQueue, keyOf } from './queue.ts';

const job = {
  kind: 'collect.pull',
  payload: { repository_id: 5, number: 12, head_shas: ['a'.repeat(40)] },
  cause: 'delivery-1',
} as const satisfies NewJob;

describe('the id of a job', () => {
  it('is the same for the same text, in every process and version', () => {
    expect(uuidOf('')).toBe('e3b0c442-98fc-8c14-9afb-f4c8996fb924');
  });

  it('is a UUID of version 8 for any text, and another for another text', () => {
    assert(
      property(string(), string(), (one, other) => {
        expect(isDeliveryId(uuidOf(one))).toBe(true);
        expect(uuidOf(one)).toMatch(/^.{14}8.{4}[89ab]/);
        expect(uuidOf(one) === uuidOf(other)).toBe(one === other);
      }),
    );
  });

  it('depends on kind, cause, payload and how often it was put off', () => {
    const others: NewJob[] = [
      { ...job, cause: 'delivery-2' },
      { ...job, payload: { ...job.payload, number: 13 } },
      { kind: 'collect.issue', payload: { repository_id: 5, number: 12 }, cause: 'delivery-1' },
    ];
    const ids = [jobIdOf(job), jobIdOf(job, 1), ...others.map((other) => jobIdOf(other))];
    expect(new Set(ids).size).toBe(ids.length);
    expect(jobIdOf({ ...job, startAfterSeconds: 9 })).toBe(jobIdOf(job));
  });
});

describe('where a job waits', () => {
  it('is one line for everything that touches a repository', () => {
    const purge: NewJob = { kind: 'repository.purge', payload: { repository_id: 5, cause: 'x' }, cause: 'x' };
    expect([jobKinds[job.kind].queue, keyOf(jobKinds, job)]).toEqual(['repository', '5']);
    expect([jobKinds[purge.kind].queue, keyOf(jobKinds, purge)]).toEqual(['repository', '5']);
  });

  it('is one line for everything that is published', () => {
    const published = {
      ...jobKinds,
      'collect.pull': { ...jobKinds['collect.pull'], queue: 'publish' },
    } as const;
    expect(keyOf(published, job)).toBe('publish');
  });
});

it('a job is only enqueued inside a transaction: anything else does not compile', () => {
  const misuse = (queue: JobQueue, db: Kysely<Database>) => {
    // @ts-expect-error a connection is no transaction
    void queue.enqueue(db, [job]);
    // @ts-expect-error the payload belongs to another kind
    const mixed: NewJob = { kind: 'collect.issue', payload: { slot: 'x' }, cause: 'x' };
    return mixed;
  };
  expect(misuse).toBeTypeOf('function');
});

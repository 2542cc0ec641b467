import { type RawBuilder, sql } from 'kysely';

/**
 * The steps of rounds as they count, with `round_id, step, told`: those of a warm-up are none, and where a later attempt went
 * on from an earlier step, what lay beyond is gone. `told` is what is wanted of `body`; little, where there are many steps,
 * for they are sorted. The frame only grows: one that shrinks would take quadratic time.
 */
export function trainSteps(rounds: RawBuilder<unknown>, told: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select round_id, step, told from (
      select round_id, step, told, min(step) over (
        partition by round_id order by attempt desc, seq desc rows between unbounded preceding and 1 preceding) as later
      from (
        select round_id, attempt, seq, type, ${told} as told,
          case when jsonb_typeof(body->'step') = 'number' then (body->>'step')::float8 end as step,
          bool_or(type = 'phase' and body->>'name' = 'train')
            over (partition by round_id, attempt order by seq) as trains
        from round_event where type in ('phase', 'step') and round_id in (${rounds})
      ) events where type = 'step' and trains and step is not null
    ) counted where later is null or step < later`;
}

import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { translateDatabaseError } from '../db/connect.ts';
import type { Database } from '../db/tables.ts';
import { isMendloopError } from '../domain/errors.ts';
import type { ReadDelivery } from './subject.ts';

export interface ArrivedDelivery extends ReadDelivery {
  readonly delivery_id: string;
  readonly event: string;
}

/**
 * Inserts a group of deliveries by one statement, which looks the consent up itself: text of a repository that does not
 * consent reaches the server as a parameter, and is never written to a page or to the write-ahead log.
 */
async function insertGroup(db: Kysely<Database>, group: readonly ArrivedDelivery[]): Promise<void> {
  const rows = JSON.stringify(group);
  await sql`
    insert into delivery
      (delivery_id, event, action, installation_id, repository_id, subject, payload, payload_state)
    select d.delivery_id, d.event, d.action, d.installation_id, d.repository_id, d.subject,
      case when r.consent <> 'none' and r.status = 'active' then d.payload end,
      case when d.payload is null then 'none'
        when r.consent <> 'none' and r.status = 'active' then 'kept'
        else 'withheld' end
    from json_to_recordset(${rows}::json) as d(
      delivery_id uuid, event text, action text, installation_id bigint, repository_id bigint,
      subject jsonb, payload jsonb)
    left join repository r on r.repository_id = d.repository_id
    on conflict (delivery_id) do nothing`.execute(db);
}

interface Waiting {
  readonly delivery: ArrivedDelivery;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface Inbox {
  /**
   * Resolves once the delivery is durable; a delivery that is already there resolves too. Rejects with a typed error.
   */
  add(delivery: ArrivedDelivery): Promise<void>;
}

export interface InboxOptions {
  readonly db: Kysely<Database>;
  /** Called after each durable group, to wake the drain. */
  readonly onDurable: () => void;
  /** Largest number of deliveries in one statement. */
  readonly groupSize: number;
  /** Groups in flight at once. */
  readonly inFlight: number;
}

/**
 * Makes concurrent deliveries durable together: deliveries that arrive while a statement runs are inserted by the next
 * one. When the database refuses a group, each delivery is inserted alone, so that one bad payload fails alone.
 */
export function createInbox({ db, onDurable, groupSize, inFlight }: InboxOptions): Inbox {
  const waiting: Waiting[] = [];
  let flying = 0;

  async function singly(group: readonly Waiting[], cause: unknown): Promise<void> {
    for (const { delivery, resolve, reject } of group) {
      if (group.length === 1) {
        reject(cause);
        return;
      }
      await insertGroup(db, [delivery]).then(resolve, (error: unknown) =>
        reject(translateDatabaseError(error)),
      );
    }
  }

  async function flush(group: readonly Waiting[]): Promise<void> {
    try {
      await insertGroup(
        db,
        group.map((entry) => entry.delivery),
      );
      for (const entry of group) entry.resolve();
    } catch (error) {
      const translated = translateDatabaseError(error);
      const dead = isMendloopError(translated) && translated.code === 'database_unreachable';
      if (dead) for (const entry of group) entry.reject(translated);
      else await singly(group, translated);
    }
    onDurable();
  }

  function pump(): void {
    while (flying < inFlight && waiting.length > 0) {
      flying += 1;
      void flush(waiting.splice(0, groupSize)).finally(() => {
        flying -= 1;
        pump();
      });
    }
  }

  return {
    add: (delivery) =>
      new Promise<void>((resolve, reject) => {
        waiting.push({ delivery, resolve, reject });
        // Requests parsed in the same turn of the event loop join one group.
        setImmediate(pump);
      }),
  };
}

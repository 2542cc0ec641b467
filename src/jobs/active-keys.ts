import type { PgBoss } from 'pg-boss';

/**
 * pg-boss leaves out the keys that were at work when it last wrote its statistics, and reads those once a minute:
 * measured, a repository whose job had long ended stood still for up to 60 s. Our fetch asks the job table itself
 * (`groupConcurrency: 1`), so the remembered keys are taken out of what pg-boss reads.
 */
export function forgetActiveKeys(boss: PgBoss): void {
  const db = boss.getDb();
  const executeSql = db.executeSql.bind(db);
  db.executeSql = async (text, values) => {
    const result = await executeSql(text, values);
    // A text of several statements has one result each, and none of pg-boss's reads queues.
    for (const row of result.rows ?? []) if ('singletonsActive' in row) row.singletonsActive = null;
    return result;
  };
}

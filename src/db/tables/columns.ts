import type { ColumnType } from 'kysely';

/** jsonb written as text that the caller has serialised, read as the parsed value. */
export type JsonColumn<T> = ColumnType<T, string, string>;

export type NullableJson<T> = ColumnType<T | null, string | null, string | null>;

export type RequiredTime = ColumnType<Date, Date | string, Date | string>;

export type Time = ColumnType<Date, Date | string | undefined, Date | string>;

export type NullableTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

import type { Json, JsonObject } from '../shapes/json.ts';
import type { Field } from './selection.ts';

/** Cuts a value down to the fields that were asked for. Throws `SyntaxError` for a field that does not exist. */
export function project(value: Json, fields: readonly Field[]): Json {
  if (value === null || fields.length === 0) return value;
  if (Array.isArray(value)) return value.map((item: Json) => project(item, fields));
  if (!isObject(value)) throw new SyntaxError('fields were asked of a plain value');
  const cut: Record<string, Json> = {};
  for (const field of fields) {
    const found = value[field.name];
    if (found === undefined) throw new SyntaxError(`Field '${field.name}' doesn't exist`);
    if (field.fields.length === 0 && isObject(found)) {
      throw new SyntaxError(`Field '${field.name}' must have a selection of subfields`);
    }
    cut[field.alias] = project(found, field.fields);
  }
  return cut;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

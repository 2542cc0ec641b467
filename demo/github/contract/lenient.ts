/** The same schema without demands for presence: a missing key passes, a wrong type does not. */
export function lenient(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(lenient);
  if (typeof schema !== 'object' || schema === null) return schema;
  const relaxed: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'required' && Array.isArray(value)) continue;
    if (key === 'additionalProperties' && value === false) continue;
    // Without demands for presence several alternatives may fit at once.
    if (key === 'oneOf') relaxed['anyOf'] = lenient(value);
    else if (typeof value === 'string') relaxed[key] = value.replace(/^github#/, 'lenient#');
    else relaxed[key] = lenient(value);
  }
  return relaxed;
}

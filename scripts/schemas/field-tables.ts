interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly const?: string | number;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly description?: string;
}

const table = /(<!-- fields of (\S+?)(?:#(\w+))? -->\n).*?(<!-- end of fields -->)/gs;

/**
 * A page with the rows of its tables written from the schemas. A table stands between `<!-- fields of FILE -->` and `<!-- end of
 * fields -->`; `FILE#TYPE` is the variant of that `type`. Throws where a page names an unknown schema.
 */
export function withTables(page: string, schemas: ReadonlyMap<string, string>): string {
  return page.replace(table, (_, start: string, file: string, variant: string | undefined, end: string) => {
    const text = schemas.get(file);
    if (text === undefined) throw new Error(`no schema ${file}`);
    const schema = JSON.parse(text) as JsonSchema;
    const rows = rowsOf(variant === undefined ? schema : variantOf(schema, variant), '');
    return `${start}\n| field | value | meaning |\n| --- | --- | --- |\n${rows.join('\n')}\n\n${end}`;
  });
}

/** Without the fields that every variant has. */
function variantOf({ oneOf = [] }: JsonSchema, name: string): JsonSchema {
  const found = oneOf.find(({ properties }) => properties?.['type']?.const === name);
  if (found === undefined) throw new Error(`no variant ${name}`);
  const own = Object.entries(found.properties ?? {}).filter(
    ([field]) => !oneOf.every(({ properties }) => properties !== undefined && field in properties),
  );
  return { ...found, properties: Object.fromEntries(own) };
}

function rowsOf(schema: JsonSchema, prefix: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const optional = schema.required?.includes(name) ? '' : ', optional';
    const inner = groupOf(field);
    const row = `| \`${path}\` | ${valueOf(field)}${optional} | ${(field.description ?? '').replaceAll('|', '\\|')} |`;
    return inner === null ? [row] : [row, ...rowsOf(inner, `${path}.`)];
  });
}

/** The fields of a group: an object, one or null, or the items of a list. A file's address and hash fit one row. */
function groupOf(schema: JsonSchema): JsonSchema | null {
  const object = [schema, ...(schema.anyOf ?? []), ...(schema.items ? [schema.items] : [])].find(
    ({ properties }) => properties !== undefined,
  );
  return object === undefined || fileOf(object) !== null ? null : object;
}

function fileOf({ properties }: JsonSchema): string | null {
  const names = Object.keys(properties ?? {}).join(' ');
  if (names === 'uri sha256') return 'file';
  if (names === 'uri sha256 rows') return 'file of rows';
  return names === 'uri tree_sha256' ? 'folder' : null;
}

function valueOf(schema: JsonSchema): string {
  if (schema.anyOf) return schema.anyOf.map(valueOf).join(' or ');
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.properties) return fileOf(schema) ?? 'group';
  if (schema.items) return `list of ${valueOf(schema.items)}`;
  if (schema.type === undefined) return 'any';
  return [schema.type]
    .flat()
    .map((type) => named(type, schema))
    .join(' or ');
}

function named(type: string, { format, pattern, additionalProperties, ...bounds }: JsonSchema): string {
  if (type === 'number' || type === 'integer') return `${type}${range(bounds)}`;
  if (type === 'object' && typeof additionalProperties === 'object') return 'group by name';
  if (type !== 'string') return type;
  if (format !== undefined) return 'time, UTC';
  if (pattern === '^[0-9a-f]{64}$') return 'SHA-256';
  return pattern === undefined ? 'text' : `text like \`${pattern.replaceAll('|', '\\|')}\``;
}

function range({ minimum, maximum, exclusiveMinimum }: JsonSchema): string {
  const above = exclusiveMinimum === undefined ? '' : ` above ${exclusiveMinimum}`;
  const from = minimum === undefined ? '' : ` from ${minimum}`;
  const isBounded = maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER;
  return `${above}${from}${isBounded ? ` to ${maximum}` : ''}`;
}

/** One field of a query with what is asked of it. */
export interface Field {
  readonly name: string;
  readonly alias: string;
  /** Argument name → the variable it is given, or the literal as written. */
  readonly args: Readonly<Record<string, string>>;
  readonly fields: readonly Field[];
}

export interface Operation {
  readonly name: string;
  readonly fields: readonly Field[];
}

/** Reads one GraphQL query without fragments and directives. Throws `SyntaxError` for anything else. */
export function parseQuery(text: string): Operation {
  const tokens = text.replaceAll(/#[^\n]*/g, '').match(/[$!:(){}[\]]|"[^"]*"|[^\s,$!:(){}[\]]+/g) ?? [];
  const reader = { tokens, at: 0 };
  expect(reader, 'query');
  const name = next(reader);
  if (peek(reader) === '(') skipVariables(reader);
  return { name, fields: fieldsOf(reader) };
}

interface Reader {
  readonly tokens: readonly string[];
  at: number;
}

function fieldsOf(reader: Reader): Field[] {
  expect(reader, '{');
  const fields: Field[] = [];
  while (peek(reader) !== '}') fields.push(fieldOf(reader));
  reader.at++;
  return fields;
}

function fieldOf(reader: Reader): Field {
  const first = next(reader);
  if (!/^\w+$/.test(first)) throw new SyntaxError(`unexpected ${first}`);
  const renamed = peek(reader) === ':';
  if (renamed) reader.at++;
  const name = renamed ? next(reader) : first;
  const args = peek(reader) === '(' ? argsOf(reader) : {};
  const fields = peek(reader) === '{' ? fieldsOf(reader) : [];
  return { name, alias: first, args, fields };
}

function argsOf(reader: Reader): Record<string, string> {
  const args: Record<string, string> = {};
  expect(reader, '(');
  while (peek(reader) !== ')') {
    const name = next(reader);
    expect(reader, ':');
    const value = next(reader);
    args[name] = value === '$' ? `$${next(reader)}` : value;
  }
  reader.at++;
  return args;
}

function skipVariables(reader: Reader): void {
  while (next(reader) !== ')');
}

function expect(reader: Reader, token: string): void {
  const found = next(reader);
  if (found !== token) throw new SyntaxError(`expected ${token}, found ${found}`);
}

function next(reader: Reader): string {
  const token = peek(reader);
  reader.at++;
  return token;
}

function peek(reader: Reader): string {
  const token = reader.tokens[reader.at];
  if (token === undefined) throw new SyntaxError('unexpected end of the query');
  return token;
}

import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { lenient } from './lenient.ts';
import { createMatcher, type Match } from './match.ts';
import { readSlice, type Operation, type Schema, type Slice } from './slice.ts';

/** A disagreement between an exchange and GitHub's description. */
export interface Violation {
  readonly side: 'request' | 'response';
  /** `GET /repos/{owner}/{repo}`, or the method and path when no operation fits. */
  readonly operation: string;
  readonly problem: string;
}

export interface Exchange {
  readonly method: string;
  /** Below `/api/v3`, without the query. */
  readonly path: string;
  readonly query?: URLSearchParams;
  readonly requestBody?: unknown;
  readonly status: number;
  readonly responseBody: unknown;
}

export interface Verdict {
  readonly violations: readonly Violation[];
  /** Keys that GitHub promises and the answer lacks, as `operation: /path key`. */
  readonly missing: readonly string[];
}

/** Collects the disagreements of a running server. */
export interface Contract {
  readonly violations: Violation[];
  readonly request: (method: string, path: string, query: URLSearchParams, body: unknown) => void;
  readonly response: (method: string, path: string, status: number, body: unknown) => void;
}

/** Where GitHub itself departs from its description. */
const tolerated: readonly RegExp[] = [
  // The repository of a head is null once the fork is deleted, and an author once the account is.
  /\/(head|base)\/(repo|user)$/,
  /\/(user|actor)$/,
];

/** Checks whole exchanges: requests strictly, answers for wrong types; what answers lack is listed apart. */
export function validateExchange(exchange: Exchange): Verdict {
  const checker = shared();
  const query = exchange.query ?? new URLSearchParams();
  return {
    violations: [
      ...checker.request(exchange.method, exchange.path, query, exchange.requestBody),
      ...checker.response(exchange.method, exchange.path, exchange.status, exchange.responseBody),
    ],
    missing: checker.missing(exchange.method, exchange.path, exchange.status, exchange.responseBody),
  };
}

export function createContract(): Contract {
  const checker = shared();
  const violations: Violation[] = [];
  const below = (path: string): string => path.replace(/^\/api\/v3/, '');
  return {
    violations,
    request: (method, path, query, body) => {
      if (isRest(path)) violations.push(...checker.request(method, below(path), query, body));
    },
    response: (method, path, status, body) => {
      if (isRest(path)) violations.push(...checker.response(method, below(path), status, body));
    },
  };
}

/** The addresses that redirects lead to are in no description. */
function isRest(path: string): boolean {
  return path.startsWith('/api/v3/') && !path.startsWith('/api/v3/repositories/');
}

interface Checker {
  readonly request: (method: string, path: string, query: URLSearchParams, body: unknown) => Violation[];
  readonly response: (method: string, path: string, status: number, body: unknown) => Violation[];
  readonly missing: (method: string, path: string, status: number, body: unknown) => string[];
}

let checker: Checker | null = null;

/** Compiled schemas are kept for the life of the process: one takes 2 to 100 ms. */
function shared(): Checker {
  checker ??= createChecker(readSlice());
  return checker;
}

function createChecker(slice: Slice): Checker {
  const strict = compiler('github', slice.$defs, (schema) => schema);
  const relaxed = compiler('lenient', slice.$defs, lenient);
  const match = createMatcher(slice);

  function request(method: string, path: string, query: URLSearchParams, body: unknown): Violation[] {
    const found = match(method, path);
    if (found === null)
      return [{ side: 'request', operation: `${method} ${path}`, problem: 'no such operation' }];
    const violation = (problem: string): Violation => ({ side: 'request', operation: found.name, problem });
    const parameters = { ...found.pathValues, ...Object.fromEntries(query) };
    const problems = strict(`${found.name} parameters`, parameterSchema(found.operation), parameters);
    if (found.operation.body !== null && body !== undefined) {
      problems.push(...strict(`${found.name} body`, found.operation.body, body));
    }
    return problems.map((error) => violation(textOf(error)));
  }

  function response(method: string, path: string, status: number, body: unknown): Violation[] {
    const found = match(method, path);
    if (found === null) return [];
    const schema = responseSchema(found, status);
    if (schema === undefined) {
      return [{ side: 'response', operation: found.name, problem: `status ${status} is not described` }];
    }
    if (schema === null) return [];
    const problems = relaxed(`${found.name} ${status}`, schema, body);
    return problems
      .filter((error) => !isTolerated(error, problems))
      .map((error) => ({ side: 'response', operation: found.name, problem: textOf(error) }));
  }

  function missing(method: string, path: string, status: number, body: unknown): string[] {
    const found = match(method, path);
    const schema = found === null ? null : responseSchema(found, status);
    if (found === null || schema == null) return [];
    return strict(`${found.name} ${status}`, schema, body)
      .filter((error) => error.keyword === 'required' && !/anyOf|oneOf/.test(error.schemaPath))
      .map((error) => `${found.name}: ${error.instancePath} ${String(error.params['missingProperty'])}`);
  }

  return { request, response, missing };
}

function responseSchema(found: Match, status: number): Schema | null | undefined {
  return found.operation.responses[String(status)];
}

type Check = (key: string, schema: Schema, value: unknown) => ErrorObject[];

function compiler(id: string, $defs: Slice['$defs'], change: (schema: unknown) => unknown): Check {
  const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: false });
  const coercing = new Ajv({ strict: false, allErrors: true, coerceTypes: true });
  for (const one of [ajv, coercing]) {
    one.addFormat('uri', /^[a-z][a-z0-9+.-]*:\/\/\S+$/i);
    one.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);
    for (const format of ['email', 'int64', 'hostname', 'repo.nwo', 'ssh-key', 'timestamp'])
      one.addFormat(format, true);
    one.addSchema({ $id: id, $defs: change($defs) as Record<string, Schema> });
  }
  const compiled = new Map<string, ValidateFunction>();
  return (key, schema, value) => {
    let check = compiled.get(key);
    if (check === undefined) {
      check = (key.endsWith(' parameters') ? coercing : ajv).compile(change(schema) as Schema);
      compiled.set(key, check);
    }
    return check(value) ? [] : (check.errors ?? []);
  };
}

function parameterSchema(operation: Operation): Schema {
  const listed = operation.parameters.filter((parameter) => parameter.in !== 'header');
  const required = listed.filter((parameter) => parameter.required).map((parameter) => parameter.name);
  const properties = Object.fromEntries(listed.map((parameter) => [parameter.name, parameter.schema]));
  return { type: 'object', properties, required, additionalProperties: false };
}

/** The alternatives around a tolerated value fail with it. */
function isTolerated(error: ErrorObject, all: readonly ErrorObject[]): boolean {
  if (tolerated.some((path) => path.test(error.instancePath))) return true;
  const around = error.keyword === 'anyOf' || error.keyword === 'oneOf';
  return (
    around && all.some((inner) => inner !== error && tolerated.some((path) => path.test(inner.instancePath)))
  );
}

function textOf(error: ErrorObject): string {
  return `${error.instancePath} ${error.message ?? error.keyword} ${JSON.stringify(error.params)}`;
}

import { MendloopError } from '../../../src/domain/errors.ts';
import type { Operation, Parameter, Schema } from './slice.ts';

type Node = Record<string, unknown>;

const dropped = new Set([
  'description',
  'example',
  'examples',
  'title',
  'default',
  'externalDocs',
  'deprecated',
  'readOnly',
]);
const schemaReference = /^#\/components\/schemas\//;

/** Cuts the named operations, and every schema they lead to, out of an OpenAPI 3.0 description. Throws `input_invalid`. */
export function cutSlice(description: unknown, names: readonly string[], version: string): string {
  const root = nodeOf(description);
  const operations: Record<string, Operation> = {};
  for (const name of names) operations[name] = cutOperation(root, name);
  const $defs = reachable(root, operations);
  return print(version, operations, $defs);
}

function cutOperation(root: Node, name: string): Operation {
  const [method = '', path = ''] = name.split(' ');
  const item = nodeOf(nodeOf(root['paths'])[path] ?? {});
  const operation = item[method.toLowerCase()];
  if (operation === undefined) throw new MendloopError('input_invalid', `the description has no ${name}`);
  const node = nodeOf(operation);
  const responses: Record<string, Schema | null> = {};
  for (const [status, response] of Object.entries(nodeOf(node['responses']))) {
    if (status.startsWith('2')) responses[status] = jsonSchema(resolve(root, response));
  }
  const parameters = [...listOf(item['parameters']), ...listOf(node['parameters'])];
  const body = node['requestBody'] === undefined ? null : jsonSchema(resolve(root, node['requestBody']));
  return {
    method,
    path,
    parameters: parameters.map((one) => cutParameter(resolve(root, one))),
    body,
    responses,
  };
}

function cutParameter(node: Node): Parameter {
  const where = node['in'];
  if (where !== 'path' && where !== 'query' && where !== 'header') {
    throw new MendloopError('input_invalid', 'a parameter is neither in the path, the query nor a header');
  }
  return {
    name: String(node['name']),
    in: where,
    required: node['required'] === true,
    schema: rewrite(node['schema']),
  };
}

function jsonSchema(holder: Node): Schema | null {
  const content = holder['content'];
  if (content === undefined) return null;
  const json = nodeOf(content)['application/json'];
  return json === undefined ? null : rewrite(nodeOf(json)['schema']);
}

/** OpenAPI 3.0 says `nullable: true` where JSON Schema lists the type `null`. */
function rewrite(value: unknown): Schema {
  return rewriteAny(value) as Schema;
}

function rewriteAny(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rewriteAny);
  if (typeof value !== 'object' || value === null) return value;
  const node = value as Node;
  const clean: Node = {};
  for (const [key, child] of Object.entries(node)) {
    if (key === 'nullable' || dropped.has(key) || key.startsWith('x-')) continue;
    if (key === '$ref') clean[key] = String(child).replace(schemaReference, 'github#/$defs/');
    else if (key === 'properties') clean[key] = rewriteProperties(child);
    else clean[key] = rewriteAny(child);
  }
  return node['nullable'] === true ? nullable(clean) : clean;
}

/** A property may be called `description`: only its schema is cleaned. */
function rewriteProperties(value: unknown): Node {
  const clean: Node = {};
  for (const [key, child] of Object.entries(nodeOf(value))) clean[key] = rewriteAny(child);
  return clean;
}

function nullable(schema: Node): Node {
  if (typeof schema['type'] !== 'string') return { anyOf: [schema, { type: 'null' }] };
  const listed = Array.isArray(schema['enum']) ? { enum: [...(schema['enum'] as unknown[]), null] } : {};
  return { ...schema, ...listed, type: [schema['type'], 'null'] };
}

function reachable(root: Node, operations: unknown): Record<string, Schema> {
  const schemas = nodeOf(nodeOf(root['components'])['schemas']);
  const $defs: Record<string, Schema> = {};
  const waiting = referencesIn(operations);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if ($defs[name] !== undefined) continue;
    const schema = rewrite(schemas[name]);
    $defs[name] = schema;
    waiting.push(...referencesIn(schema));
  }
  return $defs;
}

function referencesIn(value: unknown): string[] {
  const text = JSON.stringify(value);
  return [...text.matchAll(/"github#\/\$defs\/([^"]+)"/g)].map((match) => match[1] ?? '');
}

function resolve(root: Node, value: unknown): Node {
  const node = nodeOf(value);
  if (typeof node['$ref'] !== 'string') return node;
  let target: unknown = root;
  for (const part of node['$ref'].slice(2).split('/')) target = nodeOf(target)[part];
  return nodeOf(target);
}

function nodeOf(value: unknown): Node {
  if (typeof value !== 'object' || value === null)
    throw new MendloopError('input_invalid', 'no OpenAPI description');
  return value as Node;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** One line for each operation and schema, so that a new cut shows as a readable change. */
function print(
  version: string,
  operations: Record<string, Operation>,
  $defs: Record<string, Schema>,
): string {
  const lines = (entries: Record<string, unknown>): string =>
    Object.keys(entries)
      .toSorted()
      .map((key) => `${JSON.stringify(key)}:${JSON.stringify(entries[key])}`)
      .join(',\n');
  return `{"version":${JSON.stringify(version)},\n"operations":{\n${lines(operations)}\n},\n"$defs":{\n${lines($defs)}\n}}\n`;
}

import type { Operation, Slice } from './slice.ts';

export interface Match {
  readonly name: string;
  readonly operation: Operation;
  readonly pathValues: Readonly<Record<string, string>>;
}

interface Route {
  readonly name: string;
  readonly operation: Operation;
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

/** Parameters that hold slashes on GitHub: file paths, refs and branch names. */
const withSlashes = new Set(['path', 'ref', 'basehead', 'branch']);

/** Finds the operation behind a path below `/api/v3`; a path that fits several belongs to the most literal one. */
export function createMatcher(slice: Slice): (method: string, path: string) => Match | null {
  const routes = Object.entries(slice.operations).map(([name, operation]) => routeOf(name, operation));
  routes.sort(
    (one, other) =>
      one.names.length - other.names.length || other.operation.path.length - one.operation.path.length,
  );
  return (method, path) => {
    for (const route of routes) {
      const found = route.operation.method === method ? route.pattern.exec(path) : null;
      if (found !== null)
        return { name: route.name, operation: route.operation, pathValues: valuesOf(route, found) };
    }
    return null;
  };
}

function routeOf(name: string, operation: Operation): Route {
  const names: string[] = [];
  const pattern = operation.path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => {
    names.push(parameter);
    return withSlashes.has(parameter) ? '(.+)' : '([^/]+)';
  });
  // The root of a repository is `/contents` with an empty path.
  const optional = pattern.replace(/contents\/\(\.\+\)$/, 'contents(?:/(.*))?');
  return { name, operation, names, pattern: new RegExp(`^${optional}$`) };
}

function valuesOf(route: Route, found: RegExpExecArray): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [index, name] of route.names.entries())
    values[name] = decodeURIComponent(found[index + 1] ?? '');
  return values;
}

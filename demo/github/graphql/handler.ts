import { z } from 'zod';
import { ApiError } from '../auth/api-error.ts';
import type { Core } from '../core.ts';
import type { ApiContext } from '../http/context.ts';
import { answerClosingIssues } from './closing-issues.ts';
import { project } from './project.ts';
import { parseQuery, type Operation } from './selection.ts';

const requestSchema = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).optional(),
  operationName: z.string().nullish(),
});

const closingSchema = z.object({ owner: z.string(), name: z.string(), number: z.number().int() });

/** Answers the one operation that Mendloop sends, `ClosingIssues`, whatever fields of it are asked for. */
export function graphql(core: Core, c: ApiContext): Response {
  const request = requestSchema.safeParse(c.var.body);
  if (!request.success) throw new ApiError(400, 'Problems parsing JSON');
  if (c.var.caller.kind === 'anonymous')
    throw new ApiError(401, 'This endpoint requires you to be authenticated.');
  try {
    const operation = parseQuery(request.data.query);
    return c.json(answer(core, c, operation, request.data.variables ?? {}));
  } catch (error) {
    if (error instanceof SyntaxError) return c.json({ errors: [{ message: error.message }] });
    throw error;
  }
}

function answer(core: Core, c: ApiContext, operation: Operation, variables: Record<string, unknown>): object {
  if (operation.name !== 'ClosingIssues')
    throw new SyntaxError(`no operation ${operation.name} is known here`);
  const checked = closingSchema.safeParse(variables);
  if (!checked.success) throw new SyntaxError('Variables $owner, $name and $number were expected');
  checkPagination(operation);
  const { data, errors } = answerClosingIssues(core, c.var.caller, c.var.record, checked.data);
  const cut = project(data, operation.fields);
  return errors.length === 0 ? { data: cut } : { data: cut, errors };
}

/** GitHub refuses a connection that names no page size. */
function checkPagination(operation: Operation): void {
  const pull = operation.fields[0]?.fields.find((field) => field.name === 'pullRequest');
  const connection = pull?.fields.find((field) => field.name === 'closingIssuesReferences');
  const size = Number(connection?.args['first'] ?? connection?.args['last']);
  if (connection !== undefined && !(size >= 1 && size <= 100)) {
    throw new SyntaxError(
      'You must provide a `first` or `last` value to properly paginate the `closingIssuesReferences` connection.',
    );
  }
}

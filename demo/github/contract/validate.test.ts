import { expect, test } from 'vitest';
import { validateExchange } from './validate.ts';

const label = {
  id: 1,
  node_id: 'x',
  url: 'http://host/1',
  name: 'bug',
  description: null,
  color: 'ededed',
  default: false,
};

function labels(body: unknown, query = ''): readonly { problem: string }[] {
  const path = '/repos/octo-org/lib/labels';
  const exchange = {
    method: 'GET',
    path,
    query: new URLSearchParams(query),
    status: 200,
    responseBody: body,
  };
  return validateExchange(exchange).violations;
}

test('a right exchange passes', () => {
  expect(labels([label], 'per_page=100&page=2')).toEqual([]);
});

test.each([
  ['a wrong type in the answer', () => labels([{ ...label, id: '1' }])],
  ['a null that GitHub does not send', () => labels([{ ...label, name: null }])],
  ['an unknown query parameter', () => labels([], 'perpage=100')],
  ['a query parameter of the wrong type', () => labels([], 'page=two')],
])('%s is a violation', (_, violations) => expect(violations()).toHaveLength(1));

test('a missing key is listed and is no violation', () => {
  const { color: _, ...short } = label;
  const exchange = { method: 'GET', path: '/repos/octo-org/lib/labels', status: 200, responseBody: [short] };
  expect(validateExchange(exchange)).toEqual({
    violations: [],
    missing: ['GET /repos/{owner}/{repo}/labels: /0 color'],
  });
});

test('an unknown operation, a wrong body and a wrong path value are violations', () => {
  const nothing = { status: 204, responseBody: null };
  const issues = '/repos/octo-org/lib/issues';
  expect(
    validateExchange({ method: 'GET', path: '/repos/octo-org/lib/isues', ...nothing }).violations,
  ).toHaveLength(1);
  expect(validateExchange({ method: 'GET', path: `${issues}/one`, ...nothing }).violations).not.toHaveLength(
    0,
  );
  const post = { method: 'POST', path: issues, requestBody: { body: 7 }, status: 201, responseBody: {} };
  expect(validateExchange(post).violations.map(({ side }) => side)).toEqual(
    expect.arrayContaining(['request']),
  );
});

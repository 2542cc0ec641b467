import { expect, test } from 'vitest';
import { cutSlice } from './cut.ts';
import { operations } from './operations.ts';
import { readSlice, type Slice } from './slice.ts';

const description = {
  paths: {
    '/things/{id}': {
      get: {
        parameters: [{ $ref: '#/components/parameters/id' }],
        responses: {
          200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/thing' } } } },
          404: { description: 'left out' },
        },
      },
    },
  },
  components: {
    parameters: { id: { name: 'id', in: 'path', required: true, schema: { type: 'integer', example: 1 } } },
    schemas: {
      thing: {
        type: 'object',
        description: 'left out',
        properties: {
          description: { type: 'string', nullable: true, description: 'left out' },
          part: { nullable: true, allOf: [{ $ref: '#/components/schemas/part' }] },
          kind: { type: 'string', enum: ['a'], nullable: true },
        },
      },
      part: { type: 'string' },
      unrelated: { type: 'string' },
    },
  },
};

test('a cut keeps what the operation leads to and turns nullable into the type null', () => {
  const slice = JSON.parse(cutSlice(description, ['GET /things/{id}'], '1')) as Slice;
  expect(slice.operations['GET /things/{id}']?.parameters).toEqual([
    { name: 'id', in: 'path', required: true, schema: { type: 'integer' } },
  ]);
  expect(slice.operations['GET /things/{id}']?.responses).toEqual({ 200: { $ref: 'github#/$defs/thing' } });
  expect(slice.$defs).toEqual({
    thing: {
      type: 'object',
      properties: {
        description: { type: ['string', 'null'] },
        part: { anyOf: [{ allOf: [{ $ref: 'github#/$defs/part' }] }, { type: 'null' }] },
        kind: { type: ['string', 'null'], enum: ['a', null] },
      },
    },
    part: { type: 'string' },
  });
});

test('an operation that the description lacks is an error', () => {
  expect(() => cutSlice(description, ['POST /things'], '1')).toThrow(/POST \/things/);
});

test('the slice that is checked in holds every operation that is listed, and no other', () => {
  expect(Object.keys(readSlice().operations).toSorted()).toEqual([...operations].toSorted());
});

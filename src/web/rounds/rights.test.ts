import { expect, it } from 'vitest';
import type { Visitor } from '../page/visitor.ts';
import { rightsIn } from './rights.ts';

const reader: Visitor = {
  at: 'github',
  login: 'octo-reader',
  roles: new Map([
    [1, 'admin'],
    [2, 'read'],
  ]),
};

it.each([
  [[1], { see: true, read: true, cancel: true }],
  [[1, 2], { see: true, read: true, cancel: false }],
  [[1, 3], { see: true, read: false, cancel: false }],
  [[3], { see: false, read: false, cancel: false }],
  [[], { see: false, read: false, cancel: false }],
])('of a round on the repositories %j', (repositories, rights) => {
  expect(rightsIn(reader, repositories)).toEqual(rights);
});

it('the person at the machine may do everything', () => {
  expect(rightsIn({ at: 'loopback' }, [])).toEqual({ see: true, read: true, cancel: true });
});

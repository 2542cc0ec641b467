import { expect, test } from 'vitest';
import type { AppManifest } from '../../config/app-manifest.ts';
import { excessPermissions, judgeEvents, judgePermissions, missingPermissions } from './judge-grants.ts';
import { judgeClock, judgeDisk, judgeEngine, judgeGit, judgeNode } from './judge-machine.ts';

const manifest: AppManifest = {
  name: 'mendloop',
  default_permissions: { contents: 'read', issues: 'read' },
  default_events: ['issues', 'push'],
};
const asAsked = { permissions: manifest.default_permissions, events: manifest.default_events };
const installed = { ...asAsked, account_login: 'octo-org', suspended: false };

test('a permission is missing when its level is lower, and more than needed when it is higher', () => {
  const needed = { contents: 'read', issues: 'write' };
  expect(missingPermissions(needed, { contents: 'write', issues: 'read' })).toEqual(['issues: write']);
  expect(missingPermissions(needed, { issues: 'admin' })).toEqual(['contents: read']);
  expect(excessPermissions(needed, { contents: 'write', issues: 'write', workflows: 'write' })).toEqual([
    'contents: write',
    'workflows: write',
  ]);
});

test('what one installation lacks fails; what is too much is a warning; a suspended one does not count', () => {
  const lacking = { ...installed, account_login: 'octo-lab', permissions: { contents: 'read' } };
  const grants = { app: asAsked, installations: [installed, lacking] };
  const suspended = { app: asAsked, installations: [installed, { ...lacking, suspended: true }] };
  const generous = {
    app: { ...asAsked, permissions: { ...asAsked.permissions, workflows: 'write' } },
    installations: [installed],
  };
  expect(judgePermissions(manifest, grants)).toMatchObject({
    state: 'fail',
    message: 'missing: octo-lab (issues: read)',
  });
  expect(judgePermissions(manifest, suspended).state).toBe('ok');
  expect(judgePermissions(manifest, generous)).toMatchObject({
    state: 'warn',
    message: 'more than needed: the App (workflows: write)',
  });
});

test('an event that is not subscribed to fails', () => {
  const grants = { app: { ...asAsked, events: ['issues'] }, installations: [] };
  expect(judgeEvents(manifest, grants)).toMatchObject({ state: 'fail', message: 'missing: the App (push)' });
});

test('old programs fail, full disks warn and then fail', () => {
  expect([judgeNode('v24.21.0').state, judgeNode('v22.18.0').state]).toEqual(['ok', 'fail']);
  expect([judgeGit('2.38.0').state, judgeGit('2.37.9').state, judgeGit('3.0').state]).toEqual([
    'ok',
    'fail',
    'ok',
  ]);
  expect([6e9, 3e9, 5e8].map((free) => judgeDisk('/data', free).state)).toEqual(['ok', 'warn', 'fail']);
});

test('a clock may differ by less than the minute that tokens are dated back', () => {
  expect([0, -19_000, 25_000, -61_000].map((skew) => judgeClock(skew).state)).toEqual([
    'ok',
    'ok',
    'warn',
    'fail',
  ]);
  expect(judgeClock(-61_000).message).toBe('61 s behind GitHub');
});

test('a storage driver that copies whole images is a warning', () => {
  expect(judgeEngine({ version: '27.0', storageDriver: 'overlay2' }).state).toBe('ok');
  expect(judgeEngine({ version: '27.0', storageDriver: 'vfs' }).state).toBe('warn');
});

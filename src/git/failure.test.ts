import { expect, it } from 'vitest';
import { failureOf } from './failure.ts';

const id = 'deadbeef'.repeat(5);

it.each([
  ['storage_full', 'fatal: write error: No space left on device\nfatal: index-pack failed'],
  ['storage_full', "fatal: Unable to create '/m/packed-refs.lock': No space left on device"],
  ['locked', "fatal: Unable to create '/m/packed-refs.lock': File exists."],
  ['locked', "error: cannot lock ref 'refs/mendloop/seen/x': reference already exists"],
  ['git_unreachable', "fatal: unable to access 'https://h/o/r/': The requested URL returned error: 301"],
  ['git_unreachable', "fatal: Authentication failed for 'https://h/o/r/'"],
  ['git_unreachable', "fatal: could not read Username for 'https://h': terminal prompts disabled"],
  ['git_unreachable', "fatal: repository 'https://h/o/r/' not found"],
  ['git_unreachable', "fatal: unable to access 'https://h/': Could not resolve host: h"],
  [
    'git_unreachable',
    'error: RPC failed; curl 18 transfer closed\nfatal: early EOF\nfatal: fetch-pack: invalid index-pack output',
  ],
  ['git_unreachable', 'fatal: the remote end hung up unexpectedly'],
  ['git_object_missing', `fatal: remote error: upload-pack: not our ref ${id}`],
  ['git_object_missing', `fatal: could not fetch ${id} from promisor remote`],
  ['git_object_missing', `fatal: bad object ${id}`],
  ['git_object_missing', `fatal: Not a valid commit name ${id}`],
  ['git_object_missing', "fatal: couldn't find remote ref refs/pull/1/head"],
  ['git_failed', 'fatal: something new'],
])('reads %s out of what git wrote', (code, standardError) => {
  expect(failureOf(standardError).code).toBe(code);
});

it('passes on nothing of what git wrote', () => {
  expect(failureOf('fatal: bad object secret-branch').reason).not.toContain('secret');
});

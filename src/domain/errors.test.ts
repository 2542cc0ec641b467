import { describe, expect, it } from 'vitest';
import { type ErrorCode, errorCatalogue, isMendloopError, MendloopError } from './errors.ts';

const codes = Object.keys(errorCatalogue) as ErrorCode[];

describe('every error', () => {
  it.each(codes)(
    '%s has a hint in a sentence, an exit status that fails, and says whether to try again',
    (code) => {
      const error = new MendloopError(code, 'what happened');
      expect(error.hint).toMatch(/^\S.*[.?]$/);
      expect([1, 2, 3, 4]).toContain(error.exit);
      expect(['never', 'soon', 'later']).toContain(error.retry);
    },
  );
});

describe('an error of ours', () => {
  it('is known as one, and keeps its cause and its waiting time', () => {
    const cause = new Error('below');
    const error = new MendloopError('github_rate_limited', 'limit', { cause, retryAfterSeconds: 9 });
    expect(isMendloopError(error)).toBe(true);
    expect(isMendloopError(cause)).toBe(false);
    expect(error).toMatchObject({ name: 'MendloopError', cause, retryAfterSeconds: 9 });
  });

  it('has no cause where none is given', () => {
    expect('cause' in new MendloopError('usage', 'wrong')).toBe(false);
  });
});

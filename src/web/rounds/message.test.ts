import { describe, expect, it } from 'vitest';
import { eventMessage } from './message.ts';

const at = new Date('2026-03-10T02:00:00Z');

function message(type: string, body: Record<string, unknown>, mayRead = true) {
  return eventMessage({ attempt: 2, seq: 17, type, at, body }, mayRead);
}

describe('an event on the stream', () => {
  it('is numbered by attempt and place, so that a reader can go on from it', () => {
    expect(message('phase', { name: 'train' })).toEqual({
      event: 'phase',
      id: '2-17',
      data: '{"attempt":2,"at":"2026-03-10T02:00:00.000Z","name":"train"}',
    });
  });

  it('holds the answer of a sample only for who may read all that the round was trained on', () => {
    const body = { step: 3, row_id: 'octo-org__vault-1', text: 'secret', reward: 0.5, hack: null };
    expect(message('sample', body)?.data).toContain('secret');
    const figures = message('sample', body, false)?.data ?? '';
    expect(JSON.parse(figures)).toMatchObject({ step: 3, reward: 0.5, hack: null });
    expect(figures).not.toMatch(/secret|vault/);
  });

  it('tells no path and no text of a warning', () => {
    expect(message('checkpoint', { step: 3, path: '/data/ckpt' })?.data).not.toContain('/data');
    expect(message('warning', { code: 'nan', msg: 'line of a log' })?.data).not.toContain('log');
  });

  it('of a kind that nobody knows is not told', () => {
    expect(message('toString', { text: 'secret' })).toBeNull();
  });
});

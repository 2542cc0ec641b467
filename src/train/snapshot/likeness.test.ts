import { describe, expect, it } from 'vitest';
import { bandsOf, likeness, patchKeyOf, signatureOf } from './likeness.ts';

/** `count` words, each of which stands nowhere else. */
function text(count: number, seed: number): string {
  return Array.from({ length: count }, (_, index) => `w${seed}x${index}`).join(' ');
}

/** The true share of equal runs of five words. */
function jaccard(a: string, b: string): number {
  const runs = (of: string): Set<string> => {
    const words = of.split(' ');
    return new Set(words.slice(4).map((_, at) => words.slice(at, at + 5).join(' ')));
  };
  const [left, right] = [runs(a), runs(b)];
  const shared = [...left].filter((run) => right.has(run)).length;
  return shared / (left.size + right.size - shared);
}

describe('the likeness of two texts', () => {
  it.each([0, 0.3, 0.5, 0.8, 0.95, 1])('is estimated within 0.15 at a share of %s', (share) => {
    const kept = Math.round((2 * share * 1000) / (1 + share));
    const a = `${text(kept, 1)} ${text(1000 - kept, 2)}`.trim();
    const b = `${text(kept, 1)} ${text(1000 - kept, 3)}`.trim();

    expect(jaccard(a, b)).toBeCloseTo(share, 1);
    expect(Math.abs(likeness(signatureOf(a), signatureOf(b)) - jaccard(a, b))).toBeLessThan(0.15);
  });

  it('at 0.95 shares a band in 200 of 200 pairs, and at 0 in none', () => {
    let [found, mistaken] = [0, 0];
    for (let pair = 0; pair < 200; pair += 1) {
      const a = bandsOf(signatureOf(text(400, pair)));
      const near = bandsOf(signatureOf(`${text(390, pair)} ${text(10, 1000 + pair)}`));
      const far = bandsOf(signatureOf(text(400, 2000 + pair)));
      found += a.some((band) => near.includes(band)) ? 1 : 0;
      mistaken += a.some((band) => far.includes(band)) ? 1 : 0;
    }

    expect([found, mistaken]).toEqual([200, 0]);
  });

  it('of an empty text to itself is 1', () => {
    expect(likeness(signatureOf(''), signatureOf(''))).toBe(1);
  });
});

describe('the key of a patch', () => {
  const patch = '--- a/x.js\n+++ b/x.js\n@@ -4,2 +4,2 @@ f()\n one\n-two\n+three\n';

  it('is the same wherever in the file, and however it is indented', () => {
    const moved = patch.replace('@@ -4,2 +4,2 @@ f()', '@@ -90,2 +91,2 @@').replace(' one', ' other');
    expect(patchKeyOf(moved)).toBe(patchKeyOf(patch));
    expect(patchKeyOf(patch.replace('+three', '+three  '))).toBe(patchKeyOf(patch));
  });

  it('is another one for another line, another direction and another file', () => {
    const others = [
      patch.replace('three', 'four'),
      patch.replace('-two\n+three', '-three\n+two'),
      patch.replaceAll('x.js', 'y.js'),
    ];
    expect(new Set([patch, ...others].map(patchKeyOf)).size).toBe(4);
  });

  it('is none where no line changes', () => {
    expect(patchKeyOf('diff --git a/x b/y\nrename from x\nrename to y\n')).toBeNull();
  });
});

import type { SignedIn } from '../page/sign-in.ts';

/** After this, permissions are read from GitHub again, without asking the person. */
const freshMs = 3_600_000;
const maxKept = 10_000;

interface Grant extends SignedIn {
  readonly until: number;
}

/** What signed-in people may see, by session; in memory only, so a restart reads it from GitHub again. */
export interface Grants {
  /** Null when nothing is known of the session (any more). */
  find(sessionId: string, now: Date): SignedIn | null;
  keep(sessionId: string, signedIn: SignedIn, now: Date): void;
  forget(sessionId: string): void;
}

export function createGrants(): Grants {
  const kept = new Map<string, Grant>();
  return {
    find(sessionId, now) {
      const grant = kept.get(sessionId);
      return grant !== undefined && grant.until > now.getTime() ? grant : null;
    },
    keep(sessionId, signedIn, now) {
      const oldest = kept.keys().next();
      if (kept.size >= maxKept && !oldest.done) kept.delete(oldest.value);
      kept.set(sessionId, { ...signedIn, until: now.getTime() + freshMs });
    },
    forget(sessionId) {
      kept.delete(sessionId);
    },
  };
}

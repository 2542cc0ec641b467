/** How many streams may be open: altogether, and by one person. */
export interface StreamLimits {
  readonly all: number;
  readonly each: number;
}

export interface StreamSlots {
  /** What gives the slot back, more than once without harm; null where there is none left. */
  take(person: string): (() => void) | null;
}

export function createStreamSlots({ all, each }: StreamLimits): StreamSlots {
  const open = new Map<string, number>();
  let taken = 0;
  return {
    take(person) {
      const own = open.get(person) ?? 0;
      if (taken >= all || own >= each) return null;
      taken += 1;
      open.set(person, own + 1);
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        taken -= 1;
        const left = (open.get(person) ?? 1) - 1;
        if (left === 0) open.delete(person);
        else open.set(person, left);
      };
    },
  };
}

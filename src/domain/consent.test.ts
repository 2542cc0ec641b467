import { describe, expect, it } from 'vitest';
import { capped, consentScopes, initialConsent, isConsentScope, permits } from './consent.ts';

describe('a scope of consent', () => {
  it('permits itself and everything below it', () => {
    for (const [granted, one] of consentScopes.entries()) {
      for (const [needed, other] of consentScopes.entries())
        expect(permits(one, other)).toBe(granted >= needed);
    }
  });

  it('starts at none for private repositories, whatever the default is', () => {
    for (const scope of consentScopes) {
      expect(initialConsent(true, scope)).toBe('none');
      expect(initialConsent(false, scope)).toBe(scope);
    }
  });

  it('is never above the cap, and never raised by it', () => {
    expect(capped('share', 'train')).toBe('train');
    expect(capped('collect', 'train')).toBe('collect');
    expect(capped('none', 'share')).toBe('none');
  });

  it('is one of four words', () => {
    expect(consentScopes.every(isConsentScope)).toBe(true);
    expect(isConsentScope('all')).toBe(false);
  });
});

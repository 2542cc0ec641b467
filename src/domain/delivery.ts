/** Why nothing follows from a delivery. The dashboard has a sentence for each. */
export const ignoreReasons = [
  'own_event',
  'unknown_event',
  'event_not_used',
  'action_not_used',
  'no_installation',
  'not_installed',
  'consent',
  'no_number',
] as const;
export type IgnoreReason = (typeof ignoreReasons)[number];

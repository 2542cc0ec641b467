import type { PayloadState } from '../../db/tables/github.ts';
import type { IgnoreReason } from '../../domain/delivery.ts';

/** One sentence for each reason to ignore a delivery; the compiler requires a sentence for a new reason. */
const ignoreTexts = {
  own_event: 'Caused by this App itself.',
  unknown_event: 'No event of this name is known.',
  event_not_used: 'Nothing follows from this event.',
  action_not_used: 'Nothing follows from this action.',
  no_installation: 'It names no installation or no repository.',
  not_installed: 'The App is not installed on this repository.',
  consent: 'The repository does not consent to collecting.',
  no_number: 'It names no issue or pull request.',
} satisfies Record<IgnoreReason, string>;

const payloadTexts: Record<PayloadState, string> = {
  kept: 'Kept until it expires.',
  withheld: 'Not stored: the repository does not consent.',
  none: 'This event carries no text.',
  emptied: 'Emptied: it expired, or the consent was withdrawn.',
};

/** A stored reason as a sentence; rows of another version may hold a reason that has no sentence here. */
export function reasonText(reason: string | null): string | null {
  if (reason === null) return null;
  const texts: Readonly<Record<string, string>> = ignoreTexts;
  return texts[reason] ?? `${reason.replaceAll('_', ' ')}.`;
}

export function payloadText(state: PayloadState): string {
  return payloadTexts[state];
}

/** Why a delivery led to nothing, in one sentence each; codes as routing writes them. */
const reasons: Readonly<Record<string, string>> = {
  own_event: 'Caused by this App itself.',
  unknown_event: 'No event of this name is known.',
  event_not_used: 'Nothing follows from this event.',
  action_not_used: 'Nothing follows from this action.',
  no_installation: 'It names no installation or no repository.',
  not_installed: 'The App is not installed on this repository.',
  consent: 'The repository does not consent to collecting.',
  no_number: 'It names no issue or pull request.',
};

const payloads: Readonly<Record<string, string>> = {
  kept: 'Kept until it expires.',
  withheld: 'Not stored: the repository does not consent.',
  none: 'This event carries no text.',
  emptied: 'Emptied: it expired, or the consent was withdrawn.',
};

export function reasonText(reason: string | null): string | null {
  return reason === null ? null : (reasons[reason] ?? `${reason.replaceAll('_', ' ')}.`);
}

export function payloadText(state: string): string {
  return payloads[state] ?? state;
}

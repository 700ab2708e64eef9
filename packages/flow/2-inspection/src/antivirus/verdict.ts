import type { ClamdFailure } from '../errors.ts';

/** Why nobody can say whether a message is clean. */
export type UnscannableReason =
  | ClamdFailure
  /** Larger than what the scanner or we take. */
  | 'too-large'
  /** The scanner met a limit of its own and did not look at everything. */
  | 'scanner-limit'
  /** The scanner said that it failed. */
  | 'scanner-error'
  /** Something in it needs a password. */
  | 'encrypted'
  /** A fragment (RFC 2046 §5.2.2), or contents outside the message: the whole is not here. */
  | 'incomplete'
  /** The parse met a limit: there may be parts that nobody saw. */
  | 'structure-limit'
  /** An archive in it goes beyond the budget of one message, and so beyond what a scanner can be trusted to have opened. */
  | 'archive-limit';

/** The value of the fact `antivirus/verdict`. Only `clean` means clean. */
export type AntivirusVerdict =
  | { readonly state: 'clean' }
  | { readonly state: 'infected'; readonly signature: string }
  | { readonly state: 'unscannable'; readonly reason: UnscannableReason }
  | { readonly state: 'not-scanned'; readonly reason: 'disabled' };

const WEIGHT = { infected: 3, unscannable: 2, 'not-scanned': 1, clean: 0 } as const;

/** The verdict on a whole of which each part has a verdict: the worst; of equals, the first. */
export function worstVerdict(verdicts: readonly AntivirusVerdict[]): AntivirusVerdict {
  return verdicts.reduce((worst, one) => (WEIGHT[one.state] > WEIGHT[worst.state] ? one : worst), { state: 'clean' });
}

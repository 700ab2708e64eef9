/** How much one message may cost. */
export interface AuthLimits {
  /** For all look-ups together, in milliseconds; what is not known by then is a `temperror`. */
  readonly deadlineMs: number;
  /** DKIM signatures that are verified, from the top; further ones are reported as `policy`. */
  readonly signatures: number;
  /** Domains of authors whose DMARC record is asked for. */
  readonly authorDomains: number;
  /** ARC fields together, in octets; more fails the chain. */
  readonly arcOctets: number;
}

/** Limits for ordinary use. */
export const defaultAuthLimits: AuthLimits = {
  deadlineMs: 8000,
  signatures: 8,
  authorDomains: 8,
  arcOctets: 256 * 1024,
};

/** Texts of a sender or of DNS are kept up to this length in results. */
const MOST_CHARACTERS = 500;

/** The beginning of a text that somebody else chose. */
export function clip(text: string): string {
  return text.length > MOST_CHARACTERS ? text.slice(0, MOST_CHARACTERS).toWellFormed() : text;
}

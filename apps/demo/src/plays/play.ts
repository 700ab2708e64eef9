/** What a play is about: the lines of the summary. */
export type Subject =
  | 'business'
  | 'signed'
  | 'submitted'
  | 'internal'
  | 'between-tenants'
  | 'japanese'
  | 'dkim'
  | 'hostile'
  | 'virus'
  | 'spoofed'
  | 'unknown-recipient'
  | 'relay'
  | 'too-big'
  | 'smuggled'
  | 'returned'
  | 'guarded';

/** What has to come of a play. `settled` is delivered or quarantined, as inspection finds. */
export type Expected =
  | { readonly kind: 'refused'; readonly code: number }
  | { readonly kind: 'delivered' | 'settled' | 'waits' | 'returned' }
  | { readonly kind: 'quarantined'; readonly reason: string };

/** One mail transaction of the demo: who says what to which port, and what has to come of it. */
export interface Play {
  readonly about: Subject;
  readonly port: 'smtp' | 'submission';
  /** Loopback address that the client connects from. */
  readonly from: string;
  readonly ehlo: string;
  readonly reversePath: string;
  readonly forwardPaths: readonly string[];
  /** Parameters of MAIL, as ` SIZE=123`. */
  readonly parameters?: string;
  readonly raw: Buffer;
  readonly expected: Expected;
  /** Forward-paths that the house refuses while it takes the others. */
  readonly refusedPaths?: readonly string[];
  /** Fields of the raw octets are left out of the delivered form. */
  readonly isForged?: boolean;
  /** The content goes out without stuffed dots, as an attacker sends it. */
  readonly isUnstuffed?: boolean;
}

export const DELIVERED: Expected = { kind: 'delivered' };
export const SETTLED: Expected = { kind: 'settled' };
export const refused = (code: number): Expected => ({ kind: 'refused', code });

/** Parameters for content beyond ASCII (RFC 6152). */
export const bodyParameters = (raw: Buffer) => (/[\x80-\xff]/.test(raw.toString('latin1')) ? ' BODY=8BITMIME' : '');

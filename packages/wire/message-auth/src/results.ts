/** What a check says about a message; plain values that survive JSON. Names follow RFC 8601 §2.7. */

/** Outcome of SPF (RFC 7208 §2.6). */
export type SpfOutcome = 'none' | 'neutral' | 'pass' | 'fail' | 'softfail' | 'temperror' | 'permerror';

/** Was the client allowed to use this domain in its reverse-path (RFC 7208)? */
export interface SpfResult {
  readonly result: SpfOutcome;
  /** The domain that was checked, in A-labels. */
  readonly domain: string;
  /** Where the domain came from: the reverse-path, or EHLO when the reverse-path is null (RFC 7208 §2.4). */
  readonly identity: 'mailfrom' | 'helo';
  /** The term of the record that decided, as published. */
  readonly mechanism?: string;
  /** Why there was no better result. */
  readonly reason?: string;
  /** What the domain owner says to the sender (RFC 7208 §6.2): text of a third party. */
  readonly explanation?: string;
}

/** Outcome of one DKIM signature. */
export type DkimOutcome = 'pass' | 'fail' | 'policy' | 'neutral' | 'temperror' | 'permerror';

/** One DKIM-Signature field (RFC 6376 §3.5) and whether it holds. */
export interface DkimResult {
  readonly result: DkimOutcome;
  /** Why it did not pass. */
  readonly reason?: string;
  /** The domain that takes responsibility (d=), in A-labels; empty when it cannot be read. */
  readonly domain: string;
  /** Selector of the key (s=). */
  readonly selector: string;
  /** Agent or user on whose behalf it was signed (i=). */
  readonly identity: string;
  /** Algorithm (a=), lower case. */
  readonly algorithm: string;
  /** The first characters of the signature, which tell several signatures apart (RFC 6008). */
  readonly signature: string;
  /** Size of the public key in bits, when it could be read. */
  readonly keyBits?: number;
  /** The key says that its domain is only trying DKIM out (t=y). */
  readonly testing?: true;
  /** l= leaves octets of the body unsigned: anybody may have added them. */
  readonly partial?: true;
  /** How many octets of the canonical body are not signed. */
  readonly unsignedOctets?: number;
}

/** Outcome of DMARC (RFC 7489 §11.2). */
export type DmarcOutcome = 'none' | 'pass' | 'fail' | 'temperror' | 'permerror';

/** What the owner of the author's domain asks for when DMARC fails (RFC 7489 §6.3). */
export type DmarcPolicy = 'none' | 'quarantine' | 'reject';

/** Does an authenticated domain belong to the author in the From field (RFC 7489)? */
export interface DmarcResult {
  readonly result: DmarcOutcome;
  /** Why there was no better result. */
  readonly reason?: string;
  /** Domains of the authors, in A-labels; ordinarily one, never more than were asked. */
  readonly domains: readonly string[];
  /** Where the record that applies was found. */
  readonly policyDomain?: string;
  /** What its owner asks for this author: p=, or sp= or np= for a sub-domain. */
  readonly policy?: DmarcPolicy;
  /** Share of failing messages for which the policy is asked for, in percent (RFC 7489 §6.6.4). */
  readonly pct?: number;
  /** The owner only tries the policy out (t=y, RFC 9989 §4.7). */
  readonly testing?: true;
  /** What aligned: `spf`, or the d= of a DKIM signature. */
  readonly alignedSpf: boolean;
  readonly alignedDkim: readonly string[];
}

/** Outcome of an ARC chain (RFC 8617 §4.4); `temperror` when keys could not be asked for. */
export type ArcOutcome = 'none' | 'pass' | 'fail' | 'temperror';

/** What intermediaries say to have seen (RFC 8617). Says nothing about whether to believe them. */
export interface ArcResult {
  readonly result: ArcOutcome;
  readonly reason?: string;
  /** Number of the newest set. */
  readonly instance?: number;
  /** The domains that sealed, oldest first: the chain is worth what the least of them is worth. */
  readonly sealers?: readonly string[];
}

/** All that is known about who sent a message. */
export interface AuthResult {
  readonly spf: SpfResult;
  /** One for each signature, top to bottom; empty when the message is not signed. */
  readonly dkim: readonly DkimResult[];
  readonly dmarc: DmarcResult;
  readonly arc: ArcResult;
}

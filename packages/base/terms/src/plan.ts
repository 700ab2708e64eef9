import type { Address } from './address.ts';

/** A sentence for people, in both languages of the product. */
export interface Sentence {
  readonly ja: string;
  readonly en: string;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What an inspector found: a name of the catalogue and a value; decides nothing. */
export interface Fact {
  /** `room/subject`, for example `auth/dmarc` or `antivirus/verdict`. */
  readonly name: string;
  readonly value: Json;
}

/** An SMTP reply (RFC 5321 §4.2, RFC 3463). */
export interface Reply {
  readonly code: number;
  readonly enhanced?: string;
  readonly text: string | readonly string[];
}

/** What happens to a message for one forward-path. */
export type Disposition =
  | { readonly kind: 'deliver' }
  | { readonly kind: 'hold'; readonly approver: string }
  | { readonly kind: 'quarantine'; readonly reason: string }
  | { readonly kind: 'reject'; readonly reply: Reply };

/** A change to the delivered form: a name of the catalogue and its parameters. None exists yet. */
export interface Transformation {
  readonly name: string;
  readonly with: Json;
}

/** The plan for one forward-path: what, after which changes, by which rule, and why. */
export interface Decision {
  readonly forwardPath: Address;
  readonly disposition: Disposition;
  readonly transformations: readonly Transformation[];
  readonly rule: string;
  readonly why: Sentence;
}

/** The plan for a message: one decision for each forward-path of the envelope, in its order. */
export interface Plan {
  /** Version of the rule set that decided. */
  readonly policyVersion: string;
  readonly decidedAt: number;
  readonly decisions: readonly Decision[];
}

/** Who acts: a person at the operators' socket, a part of the system, later people of a tenant. */
export interface Actor {
  readonly kind: 'operator' | 'system' | 'user';
  readonly name: string;
}

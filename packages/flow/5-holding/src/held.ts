import type { Actor, Address, Sentence, SpoolId } from '@sekisho/terms';
import { parseSpoolId } from '@sekisho/terms';

declare const brand: unique symbol;

/** Names one forward-path of one message that waits or waited: the spool id and the place in the envelope. */
export type HeldId = string & { readonly [brand]: 'HeldId' };

/** `waiting` is the only state that anything leaves; the others are ends. */
export type HeldState = 'waiting' | 'released' | 'deleted' | 'expired';

/** What happens by itself at the deadline. Quarantine knows one outcome: no delivery, and a trace of it. */
export type ExpiryOutcome = 'delete';

/** A forward-path of a message that does not go on by itself. The message is in the archive, whatever happens here. */
export interface Held {
  readonly id: HeldId;
  readonly spoolId: SpoolId;
  /** Place in the envelope's forward-paths, from 0. */
  readonly position: number;
  readonly forwardPath: Address;
  readonly kind: 'quarantine' | 'hold';
  readonly reason: string;
  readonly rule: string;
  readonly why: Sentence;
  readonly policyVersion: string;
  readonly state: HeldState;
  readonly openedAt: number;
  /** When the outcome of expiry comes by itself. */
  readonly deadline: number;
  readonly onExpiry: ExpiryOutcome;
  readonly settledAt: number | null;
  readonly settledBy: Actor | null;
  /** Header field From as it is shown. */
  readonly sender: string;
  readonly subject: string;
  readonly sizeOctets: number;
}

/** The id of a forward-path of a message. It is the same when a replay of the spool makes the entry again. */
export function heldId(spoolId: SpoolId, position: number): HeldId {
  return `${spoolId}-${position}` as HeldId;
}

/** The message and the place that an id names, or `null` when it names nothing. */
export function parseHeldId(text: string): { readonly spoolId: SpoolId; readonly position: number } | null {
  const [, spool, position] = /^([0-9a-z]{15})-(0|[1-9]\d{0,5})$/.exec(text) ?? [];
  const spoolId = spool === undefined ? null : parseSpoolId(spool);
  return spoolId === null ? null : { spoolId, position: Number(position) };
}

/** A row of `holding_entry`. */
export interface HeldRow {
  readonly row: number;
  readonly spool_id: string;
  readonly position: number;
  readonly local_part: string;
  readonly domain: string;
  readonly kind: Held['kind'];
  readonly reason: string;
  readonly rule: string;
  readonly why_ja: string;
  readonly why_en: string;
  readonly policy_version: string;
  readonly state: HeldState;
  readonly opened_at: number;
  readonly deadline: number;
  readonly on_expiry: ExpiryOutcome;
  readonly settled_at: number | null;
  readonly settled_kind: Actor['kind'] | null;
  readonly settled_name: string | null;
  readonly sender: string;
  readonly subject: string;
  readonly size_octets: number;
}

/** The entry that a row holds. */
export function heldOf(row: HeldRow): Held {
  const spoolId = row.spool_id as SpoolId;
  return {
    id: heldId(spoolId, row.position),
    spoolId,
    position: row.position,
    forwardPath: { localPart: row.local_part, domain: row.domain },
    kind: row.kind,
    reason: row.reason,
    rule: row.rule,
    why: { ja: row.why_ja, en: row.why_en },
    policyVersion: row.policy_version,
    state: row.state,
    openedAt: row.opened_at,
    deadline: row.deadline,
    onExpiry: row.on_expiry,
    settledAt: row.settled_at,
    settledBy: row.settled_kind && { kind: row.settled_kind, name: row.settled_name ?? '' },
    sender: row.sender,
    subject: row.subject,
    sizeOctets: row.size_octets,
  };
}

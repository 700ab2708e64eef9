/** The messages between front, core and scan. They live for one release only; nothing here is stored. */
import type { MeterSnapshot } from '@sekisho/ports';
import type { Inspection, InspectionLimits } from '@sekisho/inspection';
import type { SpoolReference } from '@sekisho/spool';
import type { Address, Plan, SpoolId, TenantId } from '@sekisho/terms';
import type { FrontSnapshot } from '@sekisho/tenants';
import type { Answer, Question } from './calls.ts';

/**
 * A front says who it is, and the segments that it still writes to: all others of its number are closed. `null`: it has
 * not opened the spool yet.
 */
export interface FrontHello {
  readonly kind: 'hello';
  readonly front: number;
  readonly openSegments: readonly string[] | null;
  /** Messages whose clients wait for a reply that is not decided. */
  readonly undecided: readonly SpoolId[];
}

export type FrontToCore =
  | FrontHello
  | { readonly kind: 'accepted'; readonly reference: SpoolReference }
  /** A message that was looked at before the reply was refused: it is not ours. */
  | { readonly kind: 'voided'; readonly spoolId: SpoolId }
  | { readonly kind: 'segment-closed'; readonly file: string; readonly isFailed: boolean }
  | { readonly kind: 'metrics'; readonly snapshot: MeterSnapshot }
  | Question;

/** What the front asks the core for: never on the way to a 250 of mail that needs no look before the reply. */
export type FrontQuestion =
  | { readonly what: 'recipients'; readonly tenant: TenantId }
  | { readonly what: 'ask-next-hop'; readonly tenant: TenantId; readonly address: Address }
  | { readonly what: 'inspect'; readonly reference: SpoolReference };

/** The core's answer to `ask-next-hop`. */
export type NextHopAnswer = 'known' | 'unknown' | 'unavailable';

export type CoreToFront =
  /** `isFirst` on a line: what changed in tenants' own databases while there was none was not told. */
  | { readonly kind: 'directory'; readonly snapshot: FrontSnapshot; readonly isFirst: boolean }
  | { readonly kind: 'recipients-changed'; readonly tenant: TenantId }
  | Answer;

/** The answer to `inspect`: the plan, when there was time for one. */
export interface InspectedBeforeReply {
  readonly plan: Plan | null;
}

/** A message to be inspected: its place, the key of this message alone, and the header fields that rules ask for. */
export interface ScanOrder {
  readonly reference: SpoolReference;
  readonly fields: readonly string[];
}

/** Limits come before any order, and again when they change: they hold for the orders behind them. */
export type CoreToScan =
  | { readonly kind: 'limits'; readonly limits: Partial<InspectionLimits> }
  | { readonly kind: 'scan'; readonly orders: readonly ScanOrder[] };

/** What a scan process says; untrusted: id and digest are compared, the shape is checked. */
export type ScanToCore =
  | { readonly kind: 'hello'; readonly pid: number }
  | { readonly kind: 'inspected'; readonly results: readonly ScanResult[] }
  | { readonly kind: 'metrics'; readonly snapshot: MeterSnapshot };

export type ScanResult =
  | { readonly spoolId: SpoolId; readonly sha256: Buffer; readonly inspection: Inspection }
  | { readonly spoolId: SpoolId; readonly unreadable: string };

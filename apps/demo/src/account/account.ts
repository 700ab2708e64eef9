import type { Play } from '../plays/play.ts';
import type { Outcome } from '../smtp/play-client.ts';
import type { SunkMessage } from '../smtp/sink.ts';
import { tracedIds } from './traced.ts';

/** Something the house keeps for a forward-path: in quarantine, in the queue, or given up. */
export interface Kept {
  readonly tenant: string;
  readonly spoolId: string;
  readonly forwardPath: string;
  readonly kind: 'quarantined' | 'waiting' | 'returned';
  /** Reason of the quarantine, or the last reply of the next hop. */
  readonly why: string;
}

/** Where an accepted forward-path has come to. */
export interface Fate {
  readonly kind: Kept['kind'] | 'delivered';
  readonly why: string;
  readonly message: SunkMessage | null;
}

/** A forward-path for which the house said 250: it owes exactly one fate. */
export interface Owed {
  readonly play: Play;
  readonly spoolId: string;
  readonly forwardPath: string;
  readonly fates: readonly Fate[];
}

/** What a tenant's archive says of itself, once every body of it has been read again. */
export interface Archived {
  readonly stored: number;
  readonly indexed: number;
  readonly faults: number;
}

/** Everything that went in, beside everything that came out. */
export interface Account {
  readonly outcomes: readonly Outcome[];
  readonly owed: readonly Owed[];
  /** Reports of the house to senders, as the sinks got them. */
  readonly reports: readonly SunkMessage[];
  /** Messages that left one tenant and came to the other as new ones. */
  readonly handedOver: number;
  /** Messages in a sink that nobody sent. */
  readonly strangers: readonly SunkMessage[];
}

const nameOf = (spoolId: string, forwardPath: string) => `${spoolId} ${forwardPath.toLowerCase()}`;

/** Joins what clients were told, what sinks got, and what the house says it keeps. */
export function takeAccount(
  outcomes: readonly Outcome[],
  sunk: readonly SunkMessage[],
  kept: readonly Kept[],
): Account {
  const owed = new Map<string, { play: Play; spoolId: string; forwardPath: string; fates: Fate[] }>();
  const ids = new Set<string>();
  for (const { play, accepted } of outcomes) {
    if (!accepted) continue;
    ids.add(accepted.spoolId);
    for (const forwardPath of accepted.forwardPaths) {
      const { spoolId } = accepted;
      owed.set(nameOf(spoolId, forwardPath), { play, spoolId, forwardPath, fates: [] });
    }
  }
  const reports: SunkMessage[] = [];
  const handedOver = new Set<string>();
  const strangers: SunkMessage[] = [];
  for (const message of sunk) {
    const traced = tracedIds(message);
    const spoolId = traced.find((id) => ids.has(id));
    if (spoolId === undefined) {
      (message.reversePath === '<>' ? reports : strangers).push(message);
      continue;
    }
    if (traced[0] !== spoolId) handedOver.add(traced[0]!);
    for (const path of message.forwardPaths)
      owed.get(nameOf(spoolId, path))?.fates.push({ kind: 'delivered', why: '', message });
  }
  for (const { spoolId, forwardPath, kind, why } of kept) {
    owed.get(nameOf(spoolId, forwardPath))?.fates.push({ kind, why, message: null });
  }
  return { outcomes, owed: [...owed.values()], reports, handedOver: handedOver.size, strangers };
}

/** True when everything owed has come to exactly one fate, and whoever is owed a report has it. */
export function isSettled({ owed, reports }: Account): boolean {
  const returned = owed.filter(({ fates }) => fates[0]?.kind === 'returned').length;
  return owed.every(({ fates, play }) => fates.length === 1 && hasCome(fates[0]!, play)) && reports.length === returned;
}

/** What waits in the queue has come to an end only where it is meant to wait. */
const hasCome = (fate: Fate, { expected }: Play) => fate.kind !== 'waiting' || expected.kind === 'waits';

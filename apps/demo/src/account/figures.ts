import { systemClock, type Zones, zoneResolver } from '@sekisho/ports';
import { verifyDkim } from '@sekisho/message-auth';
import type { Account } from './account.ts';
import type { SunkMessage } from '../smtp/sink.ts';

/** A count with its name. */
export type Counted = readonly (readonly [name: string, count: number])[];

/** Two percentiles in milliseconds, and of how many. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
}

/** What a run of the demo came to, in numbers. */
export interface Figures {
  readonly played: number;
  readonly accepted: { readonly messages: number; readonly forwardPaths: number };
  readonly refused: { readonly messages: number; readonly byReply: Counted };
  readonly delivered: number;
  readonly quarantined: { readonly forwardPaths: number; readonly byReason: Counted };
  readonly waiting: number;
  readonly returned: number;
  readonly reports: number;
  /** Messages that left one tenant and came to the other. */
  readonly handedOver: number;
  /** Outbound messages with a DKIM signature of the tenant that verifies, of all. */
  readonly signed: { readonly verified: number; readonly of: number };
  /** From the end of the content to the 250: of mail that is only stored, and of mail that is inspected before. */
  readonly acceptMs: Percentiles;
  readonly inspectedMs: Percentiles;
}

/** Counts an account. `outbound` is what reached the outside; `isInspected` tells recipients inspected before the reply. */
export async function figuresOf(
  account: Account,
  outbound: readonly SunkMessage[],
  zones: Zones,
  isInspected: (forwardPath: string) => boolean,
): Promise<Figures> {
  const { outcomes, owed, reports } = account;
  const accepted = outcomes.flatMap(({ accepted: taken }) => taken ?? []);
  const fates = owed.flatMap((one) => one.fates);
  const ofKind = (kind: string) => fates.filter((fate) => fate.kind === kind);
  const replies = outcomes.flatMap(({ refusals }) => refusals);
  const quarantined = ofKind('quarantined');
  const delivered = ofKind('delivered');
  const [direct, inspected] = [false, true].map((wanted) =>
    accepted.filter(({ forwardPaths }) => isInspected(forwardPaths[0]!) === wanted).map(({ acceptMs }) => acceptMs),
  );
  return {
    played: outcomes.length,
    accepted: { messages: accepted.length, forwardPaths: owed.length },
    refused: {
      messages: outcomes.length - accepted.length,
      byReply: countBy(replies.map(({ code, enhanced, text }) => `${code} ${enhanced} ${text}`)),
    },
    delivered: delivered.length,
    quarantined: { forwardPaths: quarantined.length, byReason: countBy(quarantined.map(({ why }) => why)) },
    waiting: ofKind('waiting').length,
    returned: ofKind('returned').length,
    reports: reports.length,
    handedOver: account.handedOver,
    signed: { verified: await countSigned(outbound, zones), of: outbound.length },
    acceptMs: percentilesOf(direct!),
    inspectedMs: percentilesOf(inspected!),
  };
}

async function countSigned(messages: readonly SunkMessage[], zones: Zones): Promise<number> {
  const options = { resolver: zoneResolver(zones), clock: systemClock() };
  const results = await Promise.all(messages.map(({ content }) => verifyDkim(content, options)));
  return results.filter((list) => list.some(({ result }) => result === 'pass')).length;
}

function countBy(names: readonly string[]): Counted {
  const groups = Map.groupBy(names, (name) => name);
  return [...groups].map(([name, list]) => [name, list.length] as const).sort(([, a], [, b]) => b - a);
}

/** Nearest-rank percentiles. */
export function percentilesOf(values: readonly number[]): Percentiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95) };
}

import { coverage, search, verifyPage } from '@sekisho/archive';
import { systemClock } from '@sekisho/ports';
import { Bodies, migrations } from '@sekisho/server/testing';
import { dispatchHere, TenantStores } from '@sekisho/tenants';
import { commands as deliveryCommands } from '@sekisho/delivery';
import type { TenantId } from '@sekisho/terms';
import { digestOf, drillWord } from './drill-mail.ts';
import { drillLog, openInstallation, type Prepared, SETUP } from './prepare.ts';
import type { Sent } from './sender.ts';
import type { Copy } from './sink.ts';

/** A journalled message as it was found when the house was stopped. */
export interface Kept {
  readonly tenant: TenantId;
  readonly spoolId: string;
  /** SHA-256 of the raw octets as they open now; `null` when the body does not open. */
  readonly digest: string | null;
}

/** A row of a tenant's queue. */
export interface Queued {
  readonly message: string;
  readonly address: string;
  readonly state: string;
}

/** What lies in a data folder. */
export interface Found {
  readonly kept: readonly Kept[];
  readonly queued: readonly Queued[];
  readonly stored: number;
  readonly indexed: number;
  /** Archived messages out of a sample that searching for their own word does not find. */
  readonly unfound: readonly string[];
  /** What SQLite finds wrong, and bodies that do not open, in words. */
  readonly faults: readonly string[];
}

const PAGE = 500;
const SEARCHES = 30;

/** Reads everything out of a data folder on which no house runs, and searches for some of what was sent. */
export async function lookInside(prepared: Prepared, sent: readonly Sent[]): Promise<Found> {
  await using opened = await openStores(prepared);
  const { stores, bodies } = opened;
  const [kept, queued, faults]: [Kept[], Queued[], string[]] = [[], [], []];
  let [stored, indexed] = [0, 0];
  for (const { id: tenant, name } of prepared.tenants) {
    faults.push(...(await stores.faults(tenant)).map((fault) => `${name}: ${fault}`));
    for (let after = 0; ; ) {
      const page = await stores.read(tenant, (tx) => verifyPage(tx, after, PAGE));
      for (const body of page) {
        const raw = await bodies.raw(tenant, body).catch((error: Error) => {
          faults.push(`${name}: ${body.spoolId}: ${error.message}`);
          return null;
        });
        kept.push({ tenant, spoolId: body.spoolId, digest: raw && digestOf(raw) });
      }
      if (page.length < PAGE) break;
      after = page.at(-1)!.id;
    }
    const covered = await stores.read(tenant, (tx) => coverage(tx));
    stored += covered.stored;
    indexed += covered.indexed;
    queued.push(
      ...(await stores.read(tenant, (tx) =>
        tx.all<Queued>("SELECT message, local_part || '@' || domain AS address, state FROM delivery_recipient"),
      )),
    );
  }
  const unfound = await notFound(stores, prepared, sent, new Set(kept.map(({ spoolId }) => spoolId)));
  return { kept, queued, stored, indexed, unfound, faults };
}

/** Searches for messages by the word that only they have. */
async function notFound(
  stores: TenantStores,
  prepared: Prepared,
  sent: readonly Sent[],
  archived: ReadonlySet<string>,
): Promise<string[]> {
  const unfound: string[] = [];
  const candidates = sent.filter(({ spoolId }) => spoolId !== null && archived.has(spoolId));
  const step = Math.max(1, Math.floor(candidates.length / SEARCHES));
  for (let at = 0; at < candidates.length; at += step) {
    const { number, spoolId, tenant } = candidates[at]!;
    const { id } = prepared.tenants.find(({ name }) => name === tenant)!;
    const { messages } = await stores.read(id, (tx) => search(tx, { query: drillWord(number), limit: 10 }));
    if (messages.length !== 1 || messages[0]!.spoolId !== spoolId) unfound.push(`${number} ${spoolId}`);
  }
  return unfound;
}

/** Makes due at once what waits for its next attempt, as an operator would; how many recipients are open. */
export async function retryAll(prepared: Prepared): Promise<number> {
  await using opened = await openStores(prepared);
  const { stores } = opened;
  const dispatch = dispatchHere(stores, { delivery: deliveryCommands });
  let open = 0;
  for (const { id } of prepared.tenants) {
    while ((await dispatch(id, 'delivery', 'retry', { which: { everything: true } }, SETUP)).hasMore);
    const { waiting, leased } = await dispatch(id, 'delivery', 'counts', {}, SETUP);
    open += waiting + leased;
  }
  return open;
}

async function openStores({ dataFolder, rootKey, tenants }: Prepared) {
  const { installation, close } = await openInstallation(dataFolder, rootKey);
  const stores = new TenantStores({ clock: systemClock(), log: drillLog(), migrations });
  for (const { id } of tenants) stores.admit(await installation.admission(id));
  const bodies = new Bodies((tenant) => installation.admission(tenant));
  return {
    stores,
    bodies,
    async [Symbol.asyncDispose]() {
      for (const { id } of tenants) bodies.dismiss(id);
      await stores.close();
      await close();
    },
  };
}

/** What the comparison of clients, archive and next hop came to. All but `accepted` and `excused` should be 0. */
export interface Verdict {
  readonly accepted: number;
  /** Got 250 and is not in the archive. */
  readonly lost: readonly number[];
  /** In the archive with other octets than were sent, or with octets that do not open. */
  readonly torn: readonly string[];
  /** In the archive more than once. */
  readonly twice: readonly number[];
  /** Recipients of accepted messages that the next hop never took. */
  readonly undelivered: readonly string[];
  /** Recipients that got a message again although its first 250 was long known. */
  readonly again: readonly string[];
  /** Recipients that got a message again because a stop came while the 250 was on its way. */
  readonly excused: number;
  /** Of those, the longest time between the 250 and the stop that came before it was noted. */
  readonly longestExcusedMs: number;
  /** Copies at the next hop whose octets are not those that were sent. */
  readonly changed: readonly number[];
  /** Rows of queues that are still open. */
  readonly open: readonly Queued[];
  readonly unindexed: number;
  readonly unfound: readonly string[];
  readonly faults: readonly string[];
}

export interface Evidence {
  readonly sent: readonly Sent[];
  readonly copies: readonly Copy[];
  readonly found: Found;
  readonly stops: readonly Stop[];
  /** Copies of an earlier run: what came twice in it is not counted again. */
  readonly past?: readonly Copy[];
}

/** A process that delivers was ended without warning: from the kill until it was surely gone, in milliseconds since 1970. */
export interface Stop {
  readonly from: number;
  to: number;
}

/**
 * A reply that went out this long before a stop may not have been noted on the disk yet, and what came in this long
 * after it had been sent before.
 */
const SETTLE_MS = 500;

/** Compares what clients were told with what the archive has and what the next hop got. */
export function judge({ sent, copies, found, stops, past = [] }: Evidence): Verdict {
  const byDigest = Map.groupBy(found.kept, ({ digest }) => digest);
  const digests = new Map(sent.map(({ number, digest }) => [number, digest]));
  const known = new Set(digests.values());
  const accepted = sent.filter(({ outcome }) => outcome === 'accepted');
  const taken = Map.groupBy(
    copies.filter(({ repliedAt }) => repliedAt !== null).flatMap((copy) => copy.recipients.map((to) => ({ copy, to }))),
    ({ copy, to }) => `${copy.number} ${to}`,
  );
  const old = new Set(past);
  const repeated = [...taken].flatMap(([key, all]) => {
    const inOrder = all.map(({ copy }) => copy).sort((a, b) => a.repliedAt! - b.repliedAt!);
    const again = inOrder.slice(0, -1).filter((_, at) => !old.has(inOrder[at + 1]!));
    return again.map((copy) => {
      const waits = stops
        .filter(({ to }) => to + SETTLE_MS >= copy.arrivedAt)
        .map(({ from }) => from - copy.repliedAt!);
      const waitedMs = Math.max(0, Math.min(...waits));
      return {
        about: `${key} (250 was sent ${Math.round(waitedMs)} ms before a stop)`,
        waitedMs,
        isExcused: waitedMs <= SETTLE_MS,
      };
    });
  });
  return {
    accepted: accepted.length,
    lost: accepted
      .filter(({ digest, spoolId }) => !byDigest.get(digest)?.some((kept) => kept.spoolId === spoolId))
      .map(({ number }) => number),
    torn: found.kept.filter(({ digest }) => digest === null || !known.has(digest)).map(({ spoolId }) => spoolId),
    twice: sent.filter(({ digest }) => (byDigest.get(digest)?.length ?? 0) > 1).map(({ number }) => number),
    undelivered: accepted.flatMap(({ number, recipients }) =>
      recipients.map((to) => `${number} ${to}`).filter((key) => !taken.has(key)),
    ),
    again: repeated.filter((one) => !one.isExcused).map(({ about }) => about),
    excused: repeated.filter((one) => one.isExcused).length,
    longestExcusedMs: Math.max(0, ...repeated.filter((one) => one.isExcused).map((one) => one.waitedMs)),
    changed: copies.filter(({ number, digest }) => digests.get(number) !== digest).map(({ number }) => number),
    open: found.queued.filter(({ state }) => state === 'waiting' || state === 'leased'),
    unindexed: found.stored - found.indexed,
    unfound: found.unfound,
    faults: found.faults,
  };
}

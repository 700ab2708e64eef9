import { hash } from 'node:crypto';
import type { TakenMessage } from '@sekisho/delivery/testing';
import type { StoppedHouse } from '@sekisho/server/testing';
import type { SpoolId, TenantId } from '@sekisho/terms';
import { Account } from './account.ts';
import { expectedRefusals, type Limits, refusalOf } from './expected-refusal.ts';
import type { SentMail } from './send-mails.ts';

const BY = { kind: 'operator', name: 'corpora' } as const;
const PAGE = 500;

/** All that is compared with what clients were told. */
export interface Sides {
  readonly house: StoppedHouse;
  readonly tenant: TenantId;
  /** What came to the next hop. */
  readonly taken: readonly TakenMessage[];
  readonly limits: Limits;
}

/** Compares what clients were told with the archive, the queue, the quarantine and the next hop, each counted by itself. */
export async function reconcile(sent: readonly SentMail[], sides: Sides): Promise<Account> {
  const account = new Account();
  const copies = Map.groupBy(sides.taken, ({ rcpts }) => rcpts.map(addressOf).join(' '));
  for (const one of sent) {
    const ofIt = copies.get(one.recipient) ?? [];
    if (one.spoolId === null) compareRefused(account, one, ofIt, sides.limits);
    else await compareAccepted(account, one, one.spoolId, ofIt, sides);
  }
  const kept = [...account.quarantined.values()].flat().length;
  account.compare('mails in the archive', await archivedCount(sides), account.archived.length);
  account.compare('copies at the next hop', sides.taken.length, account.delivered);
  account.compare('mails delivered or kept back', account.delivered + kept, account.archived.length);
  account.compare('recipients still in the queue', await openRows(sides), 0);
  await compareQuarantine(account, sent, sides);
  return account;
}

function compareRefused(account: Account, { mail, reply }: SentMail, copies: readonly TakenMessage[], limits: Limits) {
  const expected = expectedRefusals(mail.octets, limits);
  const reason = refusalOf(reply);
  if (reason === null) account.breach(mail.path, `the reply "${reply}" is not in the table`);
  else if (!expected.includes(reason)) account.breach(mail.path, `refused as ${reason}, expected "${expected}"`);
  if (copies.length > 0) account.breach(mail.path, 'refused, and came to the next hop');
  account.refuse(reason ?? 'a reply that is not in the table', mail.path);
}

async function compareAccepted(
  account: Account,
  { mail: { path, octets } }: SentMail,
  spoolId: SpoolId,
  copies: readonly TakenMessage[],
  { house, tenant, limits }: Sides,
): Promise<void> {
  const expected = expectedRefusals(octets, limits);
  if (expected.length > 0) account.breach(path, `accepted, and should have been refused as ${expected}`);
  const source = await house.dispatch(tenant, 'archive', 'source', { spoolId }, BY);
  if (!source) return account.breach(path, 'got 250 and is not in the archive');
  const raw = await house.bodies.raw(tenant, source).catch((error: Error) => error);
  if (raw instanceof Error) return account.breach(path, `does not open: ${raw.message}`);
  if (!raw.equals(octets)) account.breach(path, 'is in the archive with other octets');
  const { plan, facts, tree } = await house.dispatch(tenant, 'archive', 'show', { spoolId }, BY);
  const { disposition, rule } = plan.decisions[0]!;
  account.archived.push({ path, raw, tree, facts, rule, disposition: disposition.kind });
  if (disposition.kind !== 'deliver') {
    account.quarantine(rule, path);
    if (copies.length > 0) account.breach(path, `kept back by ${rule}, and came to the next hop`);
    return;
  }
  account.delivered += copies.length;
  if (copies.length !== 1) account.breach(path, `came to the next hop ${copies.length} times`);
  for (const { content } of copies) {
    if (!hash('sha256', content, 'buffer').equals(source.deliveredSha256))
      account.breach(path, 'came to the next hop in another form than the journal says');
  }
}

const addressOf = (line: string) => /<([^>]*)>/.exec(line)?.[1] ?? '';

async function archivedCount({ house, tenant }: Sides): Promise<number> {
  let count = 0;
  for (let afterId = 0; ; ) {
    const page = await house.dispatch(tenant, 'archive', 'verifyPage', { afterId, limit: PAGE }, BY);
    count += page.length;
    if (page.length < PAGE) return count;
    afterId = page.at(-1)!.id;
  }
}

async function openRows({ house, tenant }: Sides): Promise<number> {
  const { waiting, leased, failed, cancelled } = await house.dispatch(tenant, 'delivery', 'counts', {}, BY);
  return waiting + leased + failed + cancelled;
}

/** The quarantine has exactly the mails whose plan says so, each by the rule of its plan. */
async function compareQuarantine(account: Account, sent: readonly SentMail[], { house, tenant }: Sides): Promise<void> {
  const found = new Map<string, string>();
  for (let cursor: number | null | undefined; cursor !== null; ) {
    const question = { state: 'waiting', limit: PAGE, ...(cursor === undefined ? {} : { cursor }) } as const;
    const page = await house.dispatch(tenant, 'holding', 'list', question, BY);
    for (const { spoolId, rule } of page.entries) found.set(spoolId, rule);
    cursor = page.cursor;
  }
  const expected = new Map([...account.quarantined].flatMap(([rule, paths]) => paths.map((path) => [path, rule])));
  account.compare('entries in quarantine', found.size, expected.size);
  for (const { mail, spoolId } of sent) {
    const [is, should] = [found.get(spoolId ?? ''), expected.get(mail.path)];
    if (is !== should) account.breach(mail.path, `in quarantine by ${is}, its plan says ${should}`);
  }
}

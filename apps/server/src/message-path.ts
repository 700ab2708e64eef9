/**
 * The path of a message behind the 250, in one place: what inspection found, what policy plans, what the archive
 * journals, what is held and what is queued. All of it for a batch of one tenant's messages is one transaction; the
 * stages know nothing of one another.
 */
import { createHash } from 'node:crypto';
import { journal, replacePlace } from '@sekisho/archive';
import { enqueue } from '@sekisho/delivery';
import { openEntries } from '@sekisho/holding';
import { INSPECTION_VERSION, type Inspection } from '@sekisho/inspection';
import { deliveredForm } from '@sekisho/message';
import { formatAuthenticationResults, readAuthFacts } from '@sekisho/message-auth';
import type { Place } from '@sekisho/packs';
import { afterAcceptance, currentRules, decide } from '@sekisho/policy';
import { formatReceived } from '@sekisho/smtp';
import type { SpoolReference } from '@sekisho/spool';
import type { BatchState, Tx } from '@sekisho/tenants';
import type { Fact, Json, Plan, SpoolId } from '@sekisho/terms';
import { wrapKey } from '@sekisho/vault';
import { type Keeping, USUAL_KEEPING } from './keeping.ts';
import { omitsOnlyForgeries } from './omitted.ts';

/** A message that was inspected, or of which it is known that it could not be. */
export interface Inspected {
  readonly reference: SpoolReference;
  readonly inspection: Inspection;
  /** SHA-256 of the delivered form, for a large body: made by the core, which streams it. */
  readonly deliveredSha256?: Buffer;
}

/** What a batch came to: everything in `settled` is committed as `batch`. */
export interface IngestAnswer {
  readonly batch: number;
  readonly settled: readonly SpoolId[];
  /** Messages whose spooled body does not open any more; they stay in the spool for a person to look at. */
  readonly damaged: readonly SpoolId[];
}

/** A message whose body has been opened once more, so that digests rest on what the core saw itself. */
export interface Prepared extends Inspected {
  readonly prefix: Buffer;
  readonly deliveredSha256: Buffer;
  readonly wrappedKey: Buffer;
}

export interface PathSettings {
  /** Name under which we add trace fields (RFC 5321 §4.4, RFC 8601 §2.5). */
  readonly hostName: string;
  readonly tenantKey: Buffer;
}

/** The key of a message's body is bound to the message, so that no row opens another row's body. */
export const wrappedKeyAad = (spoolId: SpoolId) => Buffer.from(`sekisho message key 1\0${spoolId}`);

/** What a message is called that no scan process survived. */
export function notInspected(why: string): Inspection {
  const fact = (name: string, value: Json): Fact => ({ name, value });
  return {
    version: INSPECTION_VERSION,
    tree: Buffer.alloc(0),
    facts: [
      fact('inspection/failed', { inspector: 'scan', why }),
      fact('antivirus/verdict', { state: 'unscannable', reason: 'not-inspected' }),
    ],
    summary: { subject: '', from: [], to: [], cc: [], date: null, messageId: null, attachmentCount: 0 },
    words: { subject: '', from: '', to: '', body: '', names: '', attached: '' },
    omitted: [],
    indexedAll: false,
  };
}

/** The trace fields that stand before the raw octets: Received always, Authentication-Results for receptions. */
export function tracePrefix({ reference, inspection }: Inspected, hostName: string): Buffer {
  const { envelope, spoolId } = reference;
  const received = formatReceived({ envelope, spoolId, by: hostName });
  const result = readAuthFacts(inspection.facts);
  return Buffer.from(result ? formatAuthenticationResults(result, hostName) + received : received);
}

/** Digests and keys of a message whose raw octets are at hand. */
export function prepareInline(found: Inspected, raw: Buffer, settings: PathSettings): Prepared {
  const message = believed(found, raw, settings.hostName);
  const prefix = tracePrefix(message, settings.hostName);
  const digest = createHash('sha256');
  for (const piece of deliveredForm(raw, prefix, message.inspection.omitted)) digest.update(piece);
  return { ...message, prefix, deliveredSha256: digest.digest(), wrappedKey: wrap(message.reference, settings) };
}

/** The message as inspection found it, unless that would take octets out of it that it may not: then as not inspected. */
export function believed(message: Inspected, raw: Buffer, hostName: string): Inspected {
  if (omitsOnlyForgeries(raw, message.inspection.omitted, hostName)) return message;
  return { ...message, inspection: notInspected('inspection would leave out octets that are not ours to leave out') };
}

/** Digests and keys of a message with a large body, whose delivered digest was made while it streamed. */
export function prepareLarge(message: Inspected, settings: PathSettings): Prepared {
  const { deliveredSha256 } = message;
  if (!deliveredSha256) throw new Error(`Cannot take "${message.reference.spoolId}": its delivered form has no digest`);
  return {
    ...message,
    prefix: tracePrefix(message, settings.hostName),
    deliveredSha256,
    wrappedKey: wrap(message.reference, settings),
  };
}

const wrap = ({ recordKey, spoolId }: SpoolReference, { tenantKey }: PathSettings) =>
  wrapKey(tenantKey, recordKey, wrappedKeyAad(spoolId));

/**
 * Everything about a batch, inside one transaction of the tenant. A message that is there already is left as it is, but
 * for the place of its body: the one of now was just written, the one of then may be lost.
 */
export async function takeBatch(
  tx: Tx,
  rows: readonly (Prepared & { readonly place: Place })[],
  state: BatchState,
  { quarantineDays: waitDays }: Keeping = USUAL_KEEPING,
): Promise<void> {
  const { ruleSet } = await currentRules(tx);
  for (const row of rows) {
    const { reference, inspection } = row;
    const { envelope, spoolId, sizeOctets } = reference;
    const plan: Plan = afterAcceptance(decide(envelope, inspection.facts, ruleSet, state.now));
    const { isNew } = await journal(
      tx,
      {
        spoolId,
        envelope,
        sizeOctets,
        rawSha256: reference.sha256,
        deliveredSha256: row.deliveredSha256,
        place: row.place,
        wrappedKey: row.wrappedKey,
        tree: inspection.tree,
        facts: inspection.facts,
        plan,
        prefix: row.prefix,
        omitted: inspection.omitted,
        summary: inspection.summary,
        attachmentKinds: attachmentKinds(inspection.facts),
        words: inspection.words,
        indexedAll: inspection.indexedAll,
      },
      state,
    );
    if (!isNew) {
      await replacePlace(tx, spoolId, row.place);
      continue;
    }
    const stopped = plan.decisions.some(({ disposition }) => disposition.kind !== 'deliver');
    if (stopped) {
      const sender = envelope.reversePath ? `${envelope.reversePath.localPart}@${envelope.reversePath.domain}` : '';
      const { subject } = inspection.summary;
      await openEntries(tx, { spoolId, plan, sender, subject, sizeOctets, waitDays }, state);
    }
    const recipients = plan.decisions.flatMap(({ disposition }, index) =>
      disposition.kind === 'deliver' ? [{ index, forwardPath: envelope.forwardPaths[index]! }] : [],
    );
    if (recipients.length > 0)
      await enqueue(tx, { message: spoolId, envelope: queuedEnvelope(reference), recipients }, state);
  }
}

/** The part of an envelope that delivery needs. */
export function queuedEnvelope({ envelope, sizeOctets }: Pick<SpoolReference, 'envelope' | 'sizeOctets'>) {
  const { direction, reversePath, smtpUtf8, body, dsn, receivedAt } = envelope;
  return {
    direction,
    reversePath,
    smtpUtf8,
    body,
    ret: dsn.ret ?? null,
    envelopeId: dsn.envelopeId ?? null,
    sizeOctets,
    receivedAt,
  };
}

function attachmentKinds(facts: readonly Fact[]): string[] {
  const list = facts.find(({ name }) => name === 'attachment/type')?.value;
  if (!Array.isArray(list)) return [];
  return list.flatMap((one: Json) => {
    const type = (one as { type?: unknown } | null)?.type;
    return typeof type === 'string' ? [type] : [];
  });
}

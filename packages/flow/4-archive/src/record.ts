import type { Place } from '@sekisho/packs';
import type { ReadTx } from '@sekisho/tenants';
import type { Envelope, Fact, Plan, SpoolId } from '@sekisho/terms';
import { type Archived, ARCHIVED_COLUMNS, type ArchivedRow, archivedOf } from './archived.ts';
import { MessageNotFoundError } from './errors.ts';
import { unpackDetails } from './packed-details.ts';

/** Everything that the journal knows of a message, apart from its body. */
export interface ArchiveRecord extends Archived {
  readonly journalledAt: number;
  readonly batch: number;
  readonly policyVersion: string;
  readonly envelope: Envelope;
  readonly facts: readonly Fact[];
  readonly plan: Plan;
  readonly rawSha256: Buffer;
  readonly deliveredSha256: Buffer;
  readonly tree: Buffer;
}

interface RecordRow extends ArchivedRow {
  readonly batch: number;
  readonly journalled_at: number;
  readonly policy_version: string;
  readonly raw_sha256: Buffer;
  readonly delivered_sha256: Buffer;
  readonly tree: Buffer;
  readonly details: Buffer;
}

/** The record of a message; one that the journal does not have is an error. */
export async function show(tx: ReadTx, question: { readonly spoolId: string }): Promise<ArchiveRecord> {
  const row = await tx.one<RecordRow>(
    `SELECT ${ARCHIVED_COLUMNS}, m.batch, r.journalled_at, r.policy_version, r.raw_sha256,
       r.delivered_sha256, r.tree, r.details
     FROM archive_message m JOIN archive_record r ON r.id = m.id WHERE m.spool_id = ?`,
    question.spoolId,
  );
  if (!row) throw new MessageNotFoundError(question.spoolId);
  const { envelope, facts, plan } = unpackDetails(row.details);
  return {
    ...archivedOf(row),
    journalledAt: row.journalled_at,
    batch: row.batch,
    policyVersion: row.policy_version,
    envelope,
    facts,
    plan,
    rawSha256: row.raw_sha256,
    deliveredSha256: row.delivered_sha256,
    tree: row.tree,
  };
}

/** The record of a message by its id. */
export const messageById = (tx: ReadTx, spoolId: string): Promise<ArchiveRecord> => show(tx, { spoolId });

/** What delivery and export need in order to make a message's octets. */
export interface DeliveredSource {
  readonly spoolId: SpoolId;
  readonly place: Place;
  readonly wrappedKey: Buffer;
  /** Octets between DATA and the final dot. */
  readonly sizeOctets: number;
  readonly rawSha256: Buffer;
  readonly deliveredSha256: Buffer;
  /** Trace fields before the raw octets. */
  readonly prefix: Buffer;
  /** Ranges of the raw octets that are left out. */
  readonly omitted: readonly (readonly [number, number])[];
}

interface SourceRow {
  readonly pack: string;
  readonly pack_offset: number;
  readonly pack_length: number;
  readonly wrapped_key: Buffer;
  readonly size_octets: number;
  readonly raw_sha256: Buffer;
  readonly delivered_sha256: Buffer;
  readonly prefix: Buffer;
  readonly omitted: string | null;
}

/** Where the body of a message lies and how its delivered form is made, or `null` when the journal has no such message. */
export async function deliveredSource(tx: ReadTx, spoolId: string): Promise<DeliveredSource | null> {
  const row = await tx.one<SourceRow>(
    `SELECT r.pack, r.pack_offset, r.pack_length, r.wrapped_key, m.size_octets, r.raw_sha256, r.delivered_sha256,
       r.prefix, r.omitted
     FROM archive_message m JOIN archive_record r ON r.id = m.id WHERE m.spool_id = ?`,
    spoolId,
  );
  if (!row) return null;
  return {
    spoolId: spoolId as SpoolId,
    place: { pack: row.pack, offset: row.pack_offset, length: row.pack_length },
    wrappedKey: row.wrapped_key,
    sizeOctets: row.size_octets,
    rawSha256: row.raw_sha256,
    deliveredSha256: row.delivered_sha256,
    prefix: row.prefix,
    omitted: readOmitted(row.omitted),
  };
}

/** Ranges as the journal keeps them: nothing for the ordinary message. */
export const readOmitted = (text: string | null) => (text === null ? [] : (JSON.parse(text) as [number, number][]));

/** A message with what policy needs in order to decide it again. */
export interface DecidedRecord {
  readonly id: string;
  readonly envelope: Envelope;
  readonly facts: readonly Fact[];
  readonly plan: Plan;
}

/** A page of past mail for a dry run of rules, newest first. `cursor` asks for the next page. */
export async function decidedMessages(
  tx: ReadTx,
  question: { readonly cursor?: number | undefined; readonly limit: number },
): Promise<{ messages: DecidedRecord[]; cursor: number | null }> {
  const rows = await tx.all<{ id: number; spool_id: string; details: Buffer }>(
    `SELECT m.id, m.spool_id, r.details FROM archive_message m JOIN archive_record r ON r.id = m.id
     WHERE m.id < ? ORDER BY m.id DESC LIMIT ?`,
    question.cursor ?? Number.MAX_SAFE_INTEGER,
    question.limit,
  );
  return {
    messages: rows.map((row) => {
      const { envelope, facts, plan } = unpackDetails(row.details);
      return { id: row.spool_id, envelope, facts, plan };
    }),
    cursor: rows.length === question.limit ? rows.at(-1)!.id : null,
  };
}

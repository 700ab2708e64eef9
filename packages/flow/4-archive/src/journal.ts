import type { Disposition } from '@sekisho/terms';
import type { CommandContext, Tx } from '@sekisho/tenants';
import { WORDS_VERSION } from '@sekisho/words';
import { indexColumns } from './index-columns.ts';
import type { JournalRow } from './journal-row.ts';
import { packDetails } from './packed-details.ts';
import { dispositionsOf } from './tags.ts';

export const DAY_MS = 86_400_000;

/** What journalling a message came to. */
export interface Journalled {
  /** Place in the order of arrival. */
  readonly id: number;
  /** False when the journal had the message already, as after a replay of the spool; then nothing was changed. */
  readonly isNew: boolean;
}

/**
 * Writes a message into the journal and the index. Runs in the transaction that also opens what is held and enqueues
 * what is delivered; the spool id makes a replay harmless.
 */
export async function journal(
  tx: Tx,
  row: JournalRow,
  context: Pick<CommandContext, 'now' | 'batch'>,
): Promise<Journalled> {
  const { envelope, summary } = row;
  const { columns, isWhole } = indexColumns(row);
  const indexedAll = row.indexedAll && isWhole ? 1 : 0;
  const { changes, lastId: id } = await tx.run(
    `INSERT INTO archive_message (spool_id, batch, received_at, direction, disposition, size_octets, attachments,
       sent_at, indexed_all, sender, recipients, subject, message_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (spool_id) DO NOTHING`,
    row.spoolId,
    context.batch,
    envelope.receivedAt,
    envelope.direction,
    strictestOf(dispositionsOf(row.plan)),
    row.sizeOctets,
    summary.attachmentCount,
    summary.date,
    indexedAll,
    formatPeople(summary.from),
    formatPeople([...summary.to, ...summary.cc]),
    clip(summary.subject),
    summary.messageId,
  );
  if (changes === 0) {
    const found = await tx.one<{ id: number }>('SELECT id FROM archive_message WHERE spool_id = ?', row.spoolId);
    return { id: found!.id, isNew: false };
  }
  const { place } = row;
  await tx.run(
    `INSERT INTO archive_record (id, journalled_at, pack, pack_offset, pack_length, wrapped_key, raw_sha256,
       delivered_sha256, policy_version, prefix, tree, omitted, details)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    id,
    context.now,
    place.pack,
    place.offset,
    place.length,
    row.wrappedKey,
    row.rawSha256,
    row.deliveredSha256,
    row.plan.policyVersion,
    row.prefix,
    row.tree,
    row.omitted.length > 0 ? JSON.stringify(row.omitted) : null,
    packDetails(row),
  );
  await tx.run(
    `INSERT INTO archive_words (rowid, body, subject, sender, recipients, names, attached)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    id,
    columns.body,
    columns.subject,
    columns.sender,
    columns.recipients,
    columns.names,
    columns.attached,
  );
  await tx.run(
    `INSERT INTO archive_day (day, words_version, messages, partly, first_id, last_id) VALUES (?, ?, 1, ?, ?, ?)
     ON CONFLICT (day, words_version) DO UPDATE SET messages = messages + 1, partly = partly + excluded.partly,
       last_id = excluded.last_id`,
    Math.floor(envelope.receivedAt / DAY_MS),
    WORDS_VERSION,
    1 - indexedAll,
    id,
    id,
  );
  return { id, isNew: true };
}

const STRICTNESS: readonly Disposition['kind'][] = ['reject', 'quarantine', 'hold', 'deliver'];
const strictestOf = (kinds: readonly Disposition['kind'][]) =>
  STRICTNESS.find((kind) => kinds.includes(kind)) ?? 'deliver';

const SHOWN_CHARACTERS = 1000;
const clip = (text: string) => (text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text);

function formatPeople(people: JournalRow['summary']['from']): string {
  let text = '';
  for (const { name, address } of people) {
    if (text.length > SHOWN_CHARACTERS) break;
    text += `${text && ', '}${name ? `${name} <${address}>` : address}`;
  }
  return clip(text);
}

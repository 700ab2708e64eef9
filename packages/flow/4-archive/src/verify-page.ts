import type { Place } from '@sekisho/packs';
import type { ReadTx, Tx } from '@sekisho/tenants';
import type { SpoolId } from '@sekisho/terms';
import { readOmitted } from './record.ts';

/** Where a body lies and what its octets must come to. */
export interface StoredBody {
  readonly id: number;
  readonly spoolId: SpoolId;
  readonly place: Place;
  readonly wrappedKey: Buffer;
  readonly sizeOctets: number;
  readonly rawSha256: Buffer;
  readonly deliveredSha256: Buffer;
  readonly prefix: Buffer;
  readonly omitted: readonly (readonly [number, number])[];
}

interface BodyRow {
  readonly id: number;
  readonly spool_id: string;
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

const BODY_COLUMNS = `m.id, m.spool_id, r.pack, r.pack_offset, r.pack_length, r.wrapped_key, m.size_octets,
  r.raw_sha256, r.delivered_sha256, r.prefix, r.omitted`;

const bodyOf = (row: BodyRow): StoredBody => ({
  id: row.id,
  spoolId: row.spool_id as SpoolId,
  place: { pack: row.pack, offset: row.pack_offset, length: row.pack_length },
  wrappedKey: row.wrapped_key,
  sizeOctets: row.size_octets,
  rawSha256: row.raw_sha256,
  deliveredSha256: row.delivered_sha256,
  prefix: row.prefix,
  omitted: readOmitted(row.omitted),
});

/** Bodies in the order of arrival behind `afterId` (0: from the beginning), for whoever re-reads them all. */
export async function verifyPage(tx: ReadTx, afterId: number, limit: number): Promise<StoredBody[]> {
  const rows = await tx.all<BodyRow>(
    `SELECT ${BODY_COLUMNS} FROM archive_message m JOIN archive_record r ON r.id = m.id
     WHERE m.id > ? ORDER BY m.id LIMIT ?`,
    afterId,
    limit,
  );
  return rows.map(bodyOf);
}

/** Those of some spooled messages that the journal has: recovery opens their bodies and replays all others. */
export async function rowsForRecovery(tx: ReadTx, spoolIds: readonly SpoolId[]): Promise<StoredBody[]> {
  const found: StoredBody[] = [];
  for (const spoolId of spoolIds) {
    const row = await tx.one<BodyRow>(
      `SELECT ${BODY_COLUMNS} FROM archive_message m JOIN archive_record r ON r.id = m.id WHERE m.spool_id = ?`,
      spoolId,
    );
    if (row) found.push(bodyOf(row));
  }
  return found;
}

/** Notes where the body of a message was copied again, after a power cut took the first copy. True when it has a row. */
export async function replacePlace(tx: Tx, spoolId: SpoolId, place: Place): Promise<boolean> {
  const { changes } = await tx.run(
    `UPDATE archive_record SET pack = ?, pack_offset = ?, pack_length = ?
     WHERE id = (SELECT id FROM archive_message WHERE spool_id = ?)`,
    place.pack,
    place.offset,
    place.length,
    spoolId,
  );
  return changes === 1;
}

import type { Tx } from '@sekisho/tenants';
import { isPlain, packDetails, unpackDetails } from './packed-details.ts';

/** Records whose details one step of upkeep packs. */
const PACKED_RECORDS = 100;

/** Pages of the index that one step of upkeep may write: a few milliseconds of the tenant's writer. */
export const MERGE_PAGES = 32;

/** One step of what makes the archive smaller and quicker, for idle time. True while there is more to do. */
export async function optimizeStep(tx: Tx, pages = MERGE_PAGES): Promise<boolean> {
  return (await packStep(tx)) || (await mergeStep(tx, pages));
}

/** Packs the details of the next records in the order of arrival. */
async function packStep(tx: Tx): Promise<boolean> {
  const rows = await tx.all<{ id: number; details: Buffer }>(
    `SELECT id, details FROM archive_record WHERE id > (SELECT packed_upto FROM archive_upkeep)
     ORDER BY id LIMIT ${PACKED_RECORDS}`,
  );
  if (rows.length === 0) return false;
  for (const { id, details } of rows) {
    if (!isPlain(details)) continue;
    await tx.run('UPDATE archive_record SET details = ? WHERE id = ?', packDetails(unpackDetails(details)), id);
  }
  await tx.run('UPDATE archive_upkeep SET packed_upto = ?', rows.at(-1)!.id);
  return true;
}

/** Joins segments of the index. What was deleted leaves it for good when its segment is joined with others. */
async function mergeStep(tx: Tx, pages: number): Promise<boolean> {
  const before = await totalChanges(tx);
  await tx.run("INSERT INTO archive_words (archive_words, rank) VALUES ('merge', ?)", pages);
  return (await totalChanges(tx)) - before >= 2;
}

async function totalChanges(tx: Tx): Promise<number> {
  return (await tx.one<{ changes: number }>('SELECT total_changes() AS changes'))!.changes;
}

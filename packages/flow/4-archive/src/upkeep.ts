import type { Tx } from '@sekisho/tenants';

/** Pages of the index that one step of upkeep may write: a few milliseconds of the tenant's writer. */
export const MERGE_PAGES = 32;

/**
 * One step of joining the index's segments, for idle time. True while there is more to do. What was deleted leaves the
 * index for good when its segment is joined with others.
 */
export async function optimizeStep(tx: Tx, pages = MERGE_PAGES): Promise<boolean> {
  const before = await totalChanges(tx);
  await tx.run("INSERT INTO archive_words (archive_words, rank) VALUES ('merge', ?)", pages);
  return (await totalChanges(tx)) - before >= 2;
}

async function totalChanges(tx: Tx): Promise<number> {
  return (await tx.one<{ changes: number }>('SELECT total_changes() AS changes'))!.changes;
}

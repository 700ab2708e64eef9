import type { ReadTx } from '@sekisho/tenants';

/** How much of the journal can be searched. */
export interface Coverage {
  readonly stored: number;
  /** Messages that the index itself counts. */
  readonly indexed: number;
  /** Messages of which only a part of the words is in the index. */
  readonly partly: number;
  /** Stored messages by the version of the tokeniser that made their words. */
  readonly byWordsVersion: Readonly<Record<string, number>>;
}

/** Where FTS5 keeps the number of its rows: the first value of this record (fts5_index.c, "averages"). */
const INDEX_TOTALS = 'SELECT block FROM archive_words_data WHERE id = 1';

/**
 * Counts the journal and the index apart: the one by what is written beside its rows, the other by the index's own
 * total, so that a message which is stored and not indexed shows. Cheap enough to stand under every search.
 */
export async function coverage(tx: ReadTx): Promise<Coverage> {
  const versions = await tx.all<{ version: number; stored: number; partly: number }>(
    `SELECT words_version AS version, sum(messages) AS stored, sum(partly) AS partly FROM archive_day
     GROUP BY words_version ORDER BY words_version`,
  );
  const totals = await tx.one<{ block: Buffer }>(INDEX_TOTALS);
  return {
    stored: versions.reduce((sum, one) => sum + one.stored, 0),
    indexed: totals ? readVarint(totals.block) : 0,
    partly: versions.reduce((sum, one) => sum + one.partly, 0),
    byWordsVersion: Object.fromEntries(versions.map(({ version, stored }) => [String(version), stored])),
  };
}

/** SQLite's variable-length integer: seven bits an octet, most significant first. */
function readVarint(octets: Buffer): number {
  let value = 0;
  for (const octet of octets.subarray(0, 8)) {
    value = value * 128 + (octet & 0x7f);
    if (octet < 0x80) break;
  }
  return value;
}

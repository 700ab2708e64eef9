import type { Migration } from '@sekisho/tenants';

/**
 * The journal and its index. `archive_message` holds what lists show, in narrow rows; `archive_record` the rest of the
 * same message; `archive_words` the full-text index, whose rowid is the order of arrival; `archive_day` what turns
 * dates into ranges of that order and gives the coverage.
 *
 * The body is the first column of the index because only the others cost two octets per token for their name. Tokens
 * come folded from `@sekisho/words`, so the plain tokeniser suffices: it cuts at spaces and takes any character beyond
 * ASCII, also those that are younger than the tables of `unicode61`.
 */
export const migrations: readonly Migration[] = [
  {
    room: 'archive',
    version: 1,
    sql: `
      CREATE TABLE archive_message (
        id INTEGER PRIMARY KEY,
        spool_id TEXT NOT NULL UNIQUE,
        batch INTEGER NOT NULL,
        received_at INTEGER NOT NULL,
        direction TEXT NOT NULL,
        disposition TEXT NOT NULL,
        size_octets INTEGER NOT NULL,
        attachments INTEGER NOT NULL,
        sent_at INTEGER,
        indexed_all INTEGER NOT NULL,
        sender TEXT NOT NULL,
        recipients TEXT NOT NULL,
        subject TEXT NOT NULL,
        message_id TEXT
      );
      CREATE TABLE archive_record (
        id INTEGER PRIMARY KEY,
        journalled_at INTEGER NOT NULL,
        pack TEXT NOT NULL,
        pack_offset INTEGER NOT NULL,
        pack_length INTEGER NOT NULL,
        wrapped_key BLOB NOT NULL,
        raw_sha256 BLOB NOT NULL,
        delivered_sha256 BLOB NOT NULL,
        policy_version TEXT NOT NULL,
        prefix BLOB NOT NULL,
        tree BLOB NOT NULL,
        omitted TEXT,
        details BLOB NOT NULL
      );
      CREATE TABLE archive_day (
        day INTEGER NOT NULL,
        words_version INTEGER NOT NULL,
        messages INTEGER NOT NULL,
        partly INTEGER NOT NULL,
        first_id INTEGER NOT NULL,
        last_id INTEGER NOT NULL,
        PRIMARY KEY (day, words_version)
      ) WITHOUT ROWID;
      CREATE VIRTUAL TABLE archive_words USING fts5(
        body, subject, sender, recipients, names, attached,
        content='', contentless_delete=1, detail=full, tokenize='ascii'
      );
      INSERT INTO archive_words (archive_words, rank) VALUES ('automerge', 16);
      INSERT INTO archive_words (archive_words, rank) VALUES ('crisismerge', 64);
      INSERT INTO archive_words (archive_words, rank) VALUES ('pgsz', 8000);
    `,
  },
];

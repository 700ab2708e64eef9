/** A full-text index as the archive makes it, in memory, for tests. */
import { createRequire } from 'node:module';
import { ftsPhrase, indexText, type PhraseOptions } from './index.ts';

interface Statement {
  run(...values: unknown[]): unknown;
  all(...values: unknown[]): Record<string, unknown>[];
}

interface Connection {
  exec(sql: string): void;
  prepare(sql: string): Statement;
}

const Database = createRequire(import.meta.url)('better-sqlite3-multiple-ciphers') as new (file: string) => Connection;

/** Texts in FTS5, found by phrases. */
export interface TestIndex {
  add(text: string): number;
  addTokens(tokens: string): void;
  /** Numbers of the texts that the phrase finds, ascending. */
  find(query: string, options?: PhraseOptions): number[];
  /** Every token in the index, sorted. */
  tokens(): string[];
}

export function openIndex(): TestIndex {
  const database = new Database(':memory:');
  database.exec(`create virtual table w using fts5(
    body, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0")`);
  database.exec("create virtual table v using fts5vocab(w, 'row')");
  const insert = database.prepare('insert into w(rowid, body) values (?, ?)');
  const match = database.prepare('select rowid from w where w match ? order by rowid');
  let texts = 0;
  return {
    add(text) {
      insert.run(texts, indexText(text));
      return texts++;
    },
    addTokens(tokens) {
      insert.run(texts++, tokens);
    },
    find(query, options) {
      const phrase = ftsPhrase(query, options);
      return phrase === null ? [] : match.all(phrase).map((row) => Number(row['rowid']));
    },
    tokens() {
      const rows = database.prepare('select term from v').all();
      return rows.map((row) => String(row['term'])).sort();
    },
  };
}

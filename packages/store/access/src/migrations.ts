import type { Migration } from '@sekisho/tenants';

/** The tables of this room. */
export const migrations: readonly Migration[] = [
  {
    room: 'access',
    version: 1,
    sql: `
      CREATE TABLE recipient (
        address_key TEXT PRIMARY KEY,
        local_part TEXT NOT NULL,
        domain TEXT NOT NULL,
        display TEXT NOT NULL,
        created_at INTEGER NOT NULL
      );
      CREATE TABLE recipient_revision (one INTEGER PRIMARY KEY CHECK (one = 1), value INTEGER NOT NULL);
      INSERT INTO recipient_revision (one, value) VALUES (1, 0);`,
  },
];

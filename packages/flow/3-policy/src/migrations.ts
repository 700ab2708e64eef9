import type { Migration } from '@sekisho/tenants';

/** The history of a tenant's rules: the last row is in force, no row is ever changed. */
export const migrations: readonly Migration[] = [
  {
    room: 'policy',
    version: 1,
    sql: `
      CREATE TABLE policy_rules (
        number INTEGER PRIMARY KEY,
        version TEXT NOT NULL,
        rules TEXT NOT NULL,
        set_at INTEGER NOT NULL,
        by_kind TEXT NOT NULL,
        by_name TEXT NOT NULL,
        note TEXT NOT NULL,
        reverts INTEGER
      );
    `,
  },
];

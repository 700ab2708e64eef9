import type { Migration } from '@sekisho/tenants';

/** One row for each forward-path that waits or waited, and what was done with it. */
export const migrations: readonly Migration[] = [
  {
    room: 'holding',
    version: 1,
    sql: `
      CREATE TABLE holding_entry (
        row INTEGER PRIMARY KEY,
        spool_id TEXT NOT NULL,
        position INTEGER NOT NULL,
        local_part TEXT NOT NULL,
        domain TEXT NOT NULL,
        address_key TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('quarantine', 'hold')),
        reason TEXT NOT NULL,
        rule TEXT NOT NULL,
        why_ja TEXT NOT NULL,
        why_en TEXT NOT NULL,
        policy_version TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'released', 'deleted', 'expired')),
        opened_at INTEGER NOT NULL,
        deadline INTEGER NOT NULL,
        on_expiry TEXT NOT NULL CHECK (on_expiry IN ('delete')),
        settled_at INTEGER,
        settled_kind TEXT,
        settled_name TEXT,
        sender TEXT NOT NULL,
        subject TEXT NOT NULL,
        size_octets INTEGER NOT NULL,
        UNIQUE (spool_id, position),
        CHECK ((state = 'waiting') = (settled_at IS NULL))
      );
      CREATE INDEX holding_by_state ON holding_entry (state, reason);
      CREATE INDEX holding_by_deadline ON holding_entry (deadline) WHERE state = 'waiting';
      CREATE TABLE holding_event (
        row INTEGER PRIMARY KEY,
        spool_id TEXT NOT NULL,
        position INTEGER NOT NULL,
        at INTEGER NOT NULL,
        by_kind TEXT NOT NULL,
        by_name TEXT NOT NULL,
        what TEXT NOT NULL,
        note TEXT NOT NULL,
        forced INTEGER NOT NULL
      );
      CREATE INDEX holding_event_by_entry ON holding_event (spool_id, position);
    `,
  },
];

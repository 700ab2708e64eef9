import type { Migration } from '@sekisho/tenants';

/**
 * Tables of the queue. `due_at` says when a row may be claimed: the next attempt of a waiting row, the end of the
 * lease of a leased one, and nothing when its story is over; so one index finds all that is due, in order.
 */
export const migrations: readonly Migration[] = [
  {
    room: 'delivery',
    version: 1,
    sql: `
      CREATE TABLE delivery_message (
        message TEXT NOT NULL PRIMARY KEY,
        direction TEXT NOT NULL CHECK (direction IN ('reception', 'submission')),
        reverse_path TEXT,
        smtp_utf8 INTEGER NOT NULL,
        body TEXT NOT NULL,
        ret TEXT,
        envelope_id TEXT,
        size_octets INTEGER NOT NULL,
        received_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE delivery_recipient (
        message TEXT NOT NULL,
        recipient INTEGER NOT NULL,
        local_part TEXT NOT NULL,
        domain TEXT NOT NULL,
        notify TEXT,
        original_recipient TEXT,
        destination TEXT NOT NULL,
        form TEXT NOT NULL,
        batch INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'leased', 'delivered', 'failed', 'cancelled')),
        due_at INTEGER CHECK ((due_at IS NOT NULL) = (state IN ('waiting', 'leased'))),
        queued_at INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        lease INTEGER NOT NULL DEFAULT 0,
        owner TEXT,
        cancelling INTEGER NOT NULL DEFAULT 0,
        delay_told INTEGER NOT NULL DEFAULT 0,
        report TEXT CHECK (report IN ('failure', 'delay', 'relayed')),
        last_reply TEXT,
        PRIMARY KEY (message, recipient)
      ) STRICT, WITHOUT ROWID;

      CREATE INDEX delivery_due
        ON delivery_recipient (due_at, message, recipient, destination, batch, state, queued_at)
        WHERE due_at IS NOT NULL;
      CREATE INDEX delivery_stopped ON delivery_recipient (state, message, recipient)
        WHERE state IN ('failed', 'cancelled');
      CREATE INDEX delivery_report ON delivery_recipient (report, message, recipient) WHERE report IS NOT NULL;

      CREATE TABLE delivery_history (
        message TEXT NOT NULL,
        recipient INTEGER NOT NULL,
        lease INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        started_at INTEGER NOT NULL,
        ended_at INTEGER NOT NULL,
        host TEXT,
        ip TEXT,
        tls TEXT,
        status TEXT,
        reply TEXT,
        PRIMARY KEY (message, recipient, lease)
      ) STRICT, WITHOUT ROWID;
    `,
  },
];

import type { Migration } from '../migration.ts';

/** The tables of the installation's own database. */
export const installationMigrations: readonly Migration[] = [
  {
    room: 'installation',
    version: 1,
    sql: `
      CREATE TABLE installation_meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL);
      INSERT INTO installation_meta (key, value) VALUES ('revision', 0);
      CREATE TABLE tenant (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        display_name TEXT NOT NULL,
        generation INTEGER NOT NULL,
        wrapped_key BLOB NOT NULL,
        suspended_at INTEGER,
        created_at INTEGER NOT NULL
      );
      CREATE TABLE domain (
        name TEXT PRIMARY KEY,
        tenant TEXT NOT NULL REFERENCES tenant (id),
        added_at INTEGER NOT NULL
      );
      CREATE INDEX domain_tenant ON domain (tenant);
      CREATE TABLE route (
        tenant TEXT NOT NULL REFERENCES tenant (id),
        domain TEXT NOT NULL,
        route TEXT NOT NULL,
        set_at INTEGER NOT NULL,
        PRIMARY KEY (tenant, domain)
      );
      CREATE TABLE trusted_client (
        cidr TEXT NOT NULL,
        tenant TEXT NOT NULL REFERENCES tenant (id),
        relay_name TEXT,
        added_at INTEGER NOT NULL,
        PRIMARY KEY (cidr, tenant)
      );
      CREATE TABLE setting (
        scope TEXT NOT NULL,
        name TEXT NOT NULL,
        version INTEGER NOT NULL,
        old_value TEXT,
        new_value TEXT,
        changed_at INTEGER NOT NULL,
        changed_by TEXT NOT NULL,
        PRIMARY KEY (scope, name, version)
      );
      CREATE TABLE dkim_key (
        domain TEXT NOT NULL REFERENCES domain (name),
        selector TEXT NOT NULL,
        tenant TEXT NOT NULL REFERENCES tenant (id),
        algorithm TEXT NOT NULL,
        public_key BLOB NOT NULL,
        sealed_private_key BLOB NOT NULL,
        signs INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        PRIMARY KEY (domain, selector)
      );`,
  },
];

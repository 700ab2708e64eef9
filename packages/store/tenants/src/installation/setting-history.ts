import type { SettingName, Settings } from '@sekisho/config';
import type { Actor, Json, TenantId } from '@sekisho/terms';
import type { ReadTx, Tx } from '../tx.ts';

/** One change of a setting. `null` for old or new means: no value here, what stands above holds. */
export interface SettingChange {
  readonly name: SettingName;
  /** Counts the changes of this setting in this scope. */
  readonly version: number;
  readonly old: Json;
  readonly new: Json;
  readonly at: number;
  readonly by: Actor;
}

interface Row {
  readonly scope: string;
  readonly name: SettingName;
  readonly version: number;
  readonly old: string | null;
  readonly new: string | null;
  readonly at: number;
  readonly by: string;
}

const COLUMNS = 'scope, name, version, old_value AS old, new_value AS new, changed_at AS at, changed_by AS by';
const LATEST = `SELECT ${COLUMNS} FROM setting s WHERE version =
  (SELECT max(version) FROM setting l WHERE l.scope = s.scope AND l.name = s.name)`;

const scopeOf = (tenant: TenantId | null) => tenant ?? '';
const read = (text: string | null): Json => (text === null ? null : (JSON.parse(text) as Json));

/** Records a new value (`null`: none any more); a value that is there already is no change. */
export async function changeSetting(
  tx: Tx,
  tenant: TenantId | null,
  name: SettingName,
  value: Json,
  who: { readonly at: number; readonly by: Actor },
): Promise<SettingChange | null> {
  const scope = scopeOf(tenant);
  const sql = `SELECT ${COLUMNS} FROM setting WHERE scope = ? AND name = ? ORDER BY version DESC LIMIT 1`;
  const latest = await tx.one<Row>(sql, scope, name);
  const [old, text] = [latest?.new ?? null, value === null ? null : JSON.stringify(value)];
  if (old === text) return null;
  const version = (latest?.version ?? 0) + 1;
  await tx.run(
    `INSERT INTO setting (scope, name, version, old_value, new_value, changed_at, changed_by)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    scope,
    name,
    version,
    old,
    text,
    who.at,
    JSON.stringify(who.by),
  );
  return { name, version, old: read(old), new: value, ...who };
}

/** The values that are set for the installation (`null`) or for a tenant, without those of other scopes. */
export async function settingsOf(tx: ReadTx, tenant: TenantId | null): Promise<Partial<Settings>> {
  return valuesOf(await tx.all<Row>(`${LATEST} AND scope = ?`, scopeOf(tenant)));
}

/** The values that are set, for every scope that has any; the installation's own is `''`. */
export async function settingsOfAll(tx: ReadTx): Promise<Map<string, Partial<Settings>>> {
  const rows = Map.groupBy(await tx.all<Row>(LATEST), ({ scope }) => scope);
  return new Map([...rows].map(([scope, list]) => [scope, valuesOf(list)]));
}

/** Every change of a setting in a scope, the newest first. */
export async function settingHistory(tx: ReadTx, tenant: TenantId | null, name: SettingName): Promise<SettingChange[]> {
  const sql = `SELECT ${COLUMNS} FROM setting WHERE scope = ? AND name = ? ORDER BY version DESC`;
  const rows = await tx.all<Row>(sql, scopeOf(tenant), name);
  return rows.map(({ version, old, new: next, at, by }) => ({
    name,
    version,
    old: read(old),
    new: read(next),
    at,
    by: JSON.parse(by) as Actor,
  }));
}

const valuesOf = (rows: readonly Row[]): Partial<Settings> =>
  Object.fromEntries(rows.filter((row) => row.new !== null).map((row) => [row.name, read(row.new)]));

import { checkSetting, effectiveSettings, parseSettingName, type Settings } from '@sekisho/config';
import { type Log, type Random, systemRandom } from '@sekisho/ports';
import type { Actor, Json, TenantId } from '@sekisho/terms';
import { StoreFullError, StoresClosedError } from '../errors.ts';
import { isDiskFull } from '../open-sealed.sqlite.ts';
import { syncFolder, type TenantAdmission } from '../tenant-database.sqlite.ts';
import { SqliteStore } from '../transaction.sqlite.ts';
import { Turns } from '../turns.ts';
import type { Tx } from '../tx.ts';
import { parseCidr } from './cidr.ts';
import * as dkim from './dkim-keys.ts';
import { parseDomainName } from './domain-name.ts';
import * as domains from './domains.ts';
import { type FrontSnapshot, revisionOf, snapshotForFront } from './front-snapshot.ts';
import * as files from './installation-file.sqlite.ts';
import type { InstallationVault } from './installation-vault.ts';
import { EVERYWHERE_ELSE, parseRoute, type Route, type RouteInput } from './route.ts';
import * as history from './setting-history.ts';
import { admissionOf, makeTenantFolder, newTenantId, removeTenantFolder } from './tenant-folder.ts';
import * as tenants from './tenants.ts';
import * as trusted from './trusted-clients.ts';

/** What an installation is opened with. */
export interface InstallationOptions extends files.InstallationFileOptions {
  readonly log: Log;
  readonly random?: Random;
}

type Detail = Readonly<Record<string, Json>>;
const LOG_OCTETS = 1024 * 1024;

/**
 * Who the tenants are and what is set for them, in a database of its own beside theirs. Every change is on the disk
 * before it is answered and raises the revision, and names who made it.
 */
export class Installation {
  readonly #options: InstallationOptions;
  readonly #random: Random;
  readonly #turns = new Turns();
  #vault: InstallationVault;
  #file: files.InstallationFile;
  #store: SqliteStore | null;

  /** Opens the installation's database, or makes it when nothing is there at all. */
  static async open(options: InstallationOptions): Promise<Installation> {
    const { file, vault } = await files.openFile(options);
    const installation = new Installation(options, vault, file);
    if (vault !== options.vault) await installation.rotateRoot(vault, options.vault);
    files.removeOthers(options.folder, installation.#file.generation);
    return installation;
  }

  private constructor(options: InstallationOptions, vault: InstallationVault, file: files.InstallationFile) {
    this.#options = options;
    this.#random = options.random ?? systemRandom;
    this.#vault = vault;
    this.#file = file;
    this.#store = new SqliteStore(file.db);
  }

  /** Makes a tenant: its key, its folder with an empty database, its row. */
  async createTenant(asked: tenants.NewTenant, by: Actor): Promise<tenants.Tenant> {
    const names = tenants.checkNames(asked);
    await this.#read((tx) => tenants.refuseKnownName(tx, names.name));
    const now = this.#options.clock.now();
    const id = newTenantId(this.#random);
    const { key, wrapped } = this.#vault.newTenantKey(id);
    const tenant: tenants.Tenant = { id, ...names, generation: 1, suspendedAt: null, createdAt: now };
    const admission = admissionOf(this.#options.tenantsFolder, id, tenant.generation, key);
    await makeTenantFolder(admission, now);
    try {
      await this.#change('tenant-created', by, { tenant: id, name: names.name }, async (tx) => {
        await tenants.refuseKnownName(tx, names.name);
        await tenants.insertTenant(tx, tenant, wrapped);
      });
    } catch (error) {
      await removeTenantFolder(admission);
      throw error;
    }
    return tenant;
  }

  tenants(): Promise<tenants.Tenant[]> {
    return this.#read(tenants.listTenants);
  }

  /** The tenant of an id or a name, or `null`. */
  tenant(idOrName: string): Promise<tenants.Tenant | null> {
    return this.#read((tx) => tenants.findTenant(tx, idOrName));
  }

  /** Suspends a tenant (no mail is accepted for it any more), or lets it go on. */
  suspendTenant(tenant: TenantId, suspended: boolean, by: Actor): Promise<tenants.Tenant> {
    return this.#change(suspended ? 'tenant-suspended' : 'tenant-resumed', by, { tenant }, (tx, now) =>
      tenants.suspendTenant(tx, tenant, suspended ? now : null),
    );
  }

  /** Where a tenant's data lies, with the keys that open it: what `TenantStores.admit` takes. */
  admission(tenant: TenantId): Promise<TenantAdmission> {
    return this.#read(async (tx) => {
      const { generation } = await tenants.theTenant(tx, tenant);
      return admissionOf(this.#options.tenantsFolder, tenant, generation, await this.#tenantKey(tx, tenant));
    });
  }

  async addDomain(tenant: TenantId, domain: string, by: Actor): Promise<string> {
    const name = parseDomainName(domain);
    await this.#change('domain-added', by, { tenant, domain: name }, (tx, now) =>
      domains.addDomain(tx, tenant, name, now),
    );
    return name;
  }

  async removeDomain(tenant: TenantId, domain: string, by: Actor): Promise<void> {
    const name = parseDomainName(domain);
    await this.#change('domain-removed', by, { tenant, domain: name }, (tx) => domains.removeDomain(tx, tenant, name));
  }

  domains(tenant: TenantId | null = null): Promise<domains.Domain[]> {
    return this.#read((tx) => domains.listDomains(tx, tenant));
  }

  /** Sets where mail goes for a domain of the tenant, or (`*`) for every domain that is not its own. */
  async setRoute(tenant: TenantId, domain: string, route: RouteInput, by: Actor): Promise<Route> {
    const [name, checked] = [routeName(domain), parseRoute(route)];
    await this.#change('route-set', by, { tenant, domain: name }, (tx, now) =>
      domains.setRoute(tx, tenant, name, checked, now),
    );
    return checked;
  }

  async removeRoute(tenant: TenantId, domain: string, by: Actor): Promise<void> {
    const name = routeName(domain);
    await this.#change('route-removed', by, { tenant, domain: name }, (tx) => domains.removeRoute(tx, tenant, name));
  }

  routes(tenant: TenantId | null = null): Promise<domains.DomainRoute[]> {
    return this.#read((tx) => domains.listRoutes(tx, tenant));
  }

  /** Trusts a range of addresses to send the tenant's mail; several tenants on one range need relay names. */
  async addTrustedClient(
    asked: { readonly cidr: string; readonly tenant: TenantId; readonly relayName?: string | null },
    by: Actor,
  ): Promise<trusted.TrustedClient> {
    const client = { cidr: parseCidr(asked.cidr), tenant: asked.tenant, relayName: asked.relayName ?? null };
    await this.#change('trusted-client-added', by, { ...client }, (tx, now) =>
      trusted.addTrustedClient(tx, client, now),
    );
    return client;
  }

  async removeTrustedClient(tenant: TenantId, range: string, by: Actor): Promise<void> {
    const cidr = parseCidr(range);
    await this.#change('trusted-client-removed', by, { tenant, cidr }, (tx) =>
      trusted.removeTrustedClient(tx, tenant, cidr),
    );
  }

  trustedClients(tenant: TenantId | null = null): Promise<trusted.TrustedClient[]> {
    return this.#read((tx) => trusted.listTrustedClients(tx, tenant));
  }

  /** What holds for the installation (`null`) or for a tenant: its value, else the installation's, else the default. */
  settings(tenant: TenantId | null = null): Promise<Settings> {
    return this.#read(async (tx) => {
      const above = await history.settingsOf(tx, null);
      return effectiveSettings(above, tenant === null ? {} : await history.settingsOf(tx, tenant));
    });
  }

  /** Only the values that are set here. */
  ownSettings(tenant: TenantId | null = null): Promise<Partial<Settings>> {
    return this.#read((tx) => history.settingsOf(tx, tenant));
  }

  /** Sets a value for the installation (`null`) or a tenant; `undefined` takes it away. `null` when nothing changed. */
  async setSetting(
    tenant: TenantId | null,
    name: string,
    value: unknown,
    by: Actor,
  ): Promise<history.SettingChange | null> {
    const known = parseSettingName(name);
    const scope = tenant === null ? 'installation' : 'tenant';
    const checked = value === undefined ? null : (checkSetting(known, scope, value) as Json);
    return this.#change('setting-changed', by, { tenant, name, value: checked }, async (tx, at) => {
      if (tenant !== null) await tenants.theTenant(tx, tenant);
      return history.changeSetting(tx, tenant, known, checked, { at, by });
    });
  }

  /** Every change of a setting here, the newest first. */
  async settingHistory(tenant: TenantId | null, name: string): Promise<history.SettingChange[]> {
    const known = parseSettingName(name);
    return this.#read((tx) => history.settingHistory(tx, tenant, known));
  }

  /** Keeps a signing key of a domain, its secret sealed under the tenant's key. */
  addDkimKey(tenant: TenantId, key: dkim.NewDkimKey, by: Actor): Promise<dkim.DkimKey> {
    const { domain, selector } = key;
    return this.#change('dkim-key-added', by, { tenant, domain, selector }, async (tx, now) =>
      dkim.addDkimKey(tx, tenant, await this.#tenantKey(tx, tenant), key, now),
    );
  }

  /** The signing keys of a domain, without their secrets, the newest first. */
  dkimKeys(tenant: TenantId, domain: string): Promise<dkim.DkimKey[]> {
    return this.#read((tx) => dkim.listDkimKeys(tx, tenant, domain));
  }

  /** Lets another key of the domain sign, once its record is in DNS. */
  signWithDkimKey(tenant: TenantId, domain: string, selector: string, by: Actor): Promise<void> {
    return this.#change('dkim-key-signs', by, { tenant, domain, selector }, (tx) =>
      dkim.signWith(tx, tenant, domain, selector),
    );
  }

  /** The secret of a signing key, as it was given. */
  dkimPrivateKey(tenant: TenantId, domain: string, selector: string): Promise<Buffer> {
    return this.#read(async (tx) =>
      dkim.dkimPrivateKey(tx, tenant, await this.#tenantKey(tx, tenant), domain, selector),
    );
  }

  /** All that the front needs to know, as one consistent picture without secrets. */
  snapshotForFront(): Promise<FrontSnapshot> {
    return this.#read(snapshotForFront);
  }

  /** Grows with every change. */
  revision(): Promise<number> {
    return this.#read(revisionOf);
  }

  /**
   * Puts the installation and every tenant's key under another root. The new root key must be on the disk before, with
   * the old one beside it (`rotateRootKey` of the vault does so): a stop in between is then finished by `open`.
   */
  async rotateRoot(before: InstallationVault, after: InstallationVault): Promise<void> {
    await this.#turns.run('', async () => {
      const { folder, log } = this.#options;
      const next = await files.copyToNext(folder, this.#file, after.installationDatabaseKey(), (tenant, wrapped) =>
        after.rewrapTenantKey(tenant, wrapped, before),
      );
      this.#opened().close();
      [this.#file, this.#store, this.#vault] = [next, new SqliteStore(next.db), after];
      files.removeOthers(folder, next.generation);
      await syncFolder(folder);
      log.info('installation.root-rotated', { generation: next.generation });
    });
  }

  async close(): Promise<void> {
    await this.#turns.run('', async () => {
      this.#store?.close();
      this.#store = null;
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #tenantKey(tx: Tx, tenant: TenantId): Promise<Buffer> {
    return this.#vault.unwrapTenantKey(tenant, await tenants.wrappedKeyOf(tx, tenant));
  }

  #opened(): SqliteStore {
    if (this.#store === null) throw new StoresClosedError();
    return this.#store;
  }

  #read<A>(look: (tx: Tx) => Promise<A>): Promise<A> {
    return this.#turns.run('', async () => this.#opened().read(look));
  }

  async #change<A>(action: string, by: Actor, detail: Detail, work: (tx: Tx, now: number) => Promise<A>): Promise<A> {
    const answer = await this.#turns.run('', async () => this.#transact(work));
    this.#options.log.info(`installation.${action}`, { ...detail, by: by.name });
    return answer;
  }

  async #transact<A>(work: (tx: Tx, now: number) => Promise<A>): Promise<A> {
    const store = this.#opened();
    try {
      const answer = await store.transact('full', async (tx) => {
        await tx.run("UPDATE installation_meta SET value = value + 1 WHERE key = 'revision'");
        return work(tx, this.#options.clock.now());
      });
      if (store.pendingLogOctets() > LOG_OCTETS) store.foldLog();
      return answer;
    } catch (error) {
      if (isDiskFull(error)) throw new StoreFullError(this.#options.folder, error);
      throw error;
    }
  }
}

const routeName = (domain: string) => (domain === EVERYWHERE_ELSE ? domain : parseDomainName(domain));

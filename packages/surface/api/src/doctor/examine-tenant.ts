import type { DomainRoute, Tenant } from '@sekisho/tenants';
import type { Actor, Sentence } from '@sekisho/terms';
import type { ApiServices } from '../services.ts';
import type { Finding } from './finding.ts';

/** Mail that waits longer than this for its next hop is told. */
const LATE_MS = 4 * 3_600_000;

type Told = Pick<Finding, 'id' | 'level'> & { readonly what: Sentence; readonly todo: Sentence };

/** What concerns one tenant; nothing when all is well. */
export async function examineTenant(services: ApiServices, tenant: Tenant, by: Actor): Promise<Finding[]> {
  const { id, name, suspendedAt } = tenant;
  const told: Told[] = [];
  if (suspendedAt !== null) told.push(suspended(name));
  const domains = await services.installation.domains(id);
  if (domains.length === 0) told.push(noDomain(name));
  const routes = new Map((await services.installation.routes(id)).map((one) => [one.domain, one.route]));
  for (const domain of domains) told.push(...(await examineDomain(services, tenant, domain.name, routes, by)));
  told.push(...(await examineStores(services, tenant, by)));
  return told.map((one) => ({ ...one, tenant: name }));
}

async function examineDomain(
  { installation, dispatch }: ApiServices,
  { id, name }: Tenant,
  domain: string,
  routes: ReadonlyMap<string, DomainRoute['route']>,
  by: Actor,
): Promise<Told[]> {
  const told: Told[] = [];
  const route = routes.get(domain);
  if (!route) told.push(noRoute(name, domain));
  if (route?.recipientMode === 'accept-all') told.push(acceptsAll(name, domain));
  if (!route || route.recipientMode === 'list') {
    const question = { containing: `@${domain}`, limit: 1 };
    const { recipients } = await dispatch(id, 'access', 'listRecipients', question, by);
    if (recipients.length === 0) told.push(noRecipients(name, domain));
  }
  if (!(await installation.dkimKeys(id, domain)).some(({ signs }) => signs)) told.push(noKey(name, domain));
  return told;
}

async function examineStores({ dispatch, clock }: ApiServices, { id, name }: Tenant, by: Actor): Promise<Told[]> {
  const told: Told[] = [];
  const { stored, indexed } = await dispatch(id, 'archive', 'coverage', {}, by);
  if (indexed < stored) told.push(notIndexed(stored, indexed));
  const { oldestQueuedAt } = await dispatch(id, 'delivery', 'counts', {}, by);
  if (oldestQueuedAt !== null && clock.now() - oldestQueuedAt > LATE_MS)
    told.push(late(name, Math.round((clock.now() - oldestQueuedAt) / 3_600_000)));
  return told;
}

const suspended = (name: string): Told => ({
  id: 'tenant-suspended',
  level: 'warning',
  what: { ja: 'テナントは停止中です', en: 'the tenant is suspended' },
  todo: { ja: `再開するには: sekisho tenant resume ${name}`, en: `To let it go on: sekisho tenant resume ${name}` },
});

const noDomain = (name: string): Told => ({
  id: 'domain-missing',
  level: 'warning',
  what: { ja: 'ドメインがありません', en: 'it has no domain' },
  todo: { ja: `追加するには: sekisho domain add ${name} ドメイン`, en: `Add one: sekisho domain add ${name} DOMAIN` },
});

const noRoute = (name: string, domain: string): Told => ({
  id: 'route-missing',
  level: 'bad',
  what: {
    ja: `${domain}: 経路がないので、受け付けたメールは配送を待ち続けます`,
    en: `${domain}: no route, accepted mail waits`,
  },
  todo: {
    ja: `設定するには: sekisho route set ${name} ${domain} --next-hop ホスト:25`,
    en: `Set one: sekisho route set ${name} ${domain} --next-hop HOST:25`,
  },
});

const acceptsAll = (name: string, domain: string): Told => ({
  id: 'route-accepts-all',
  level: 'warning',
  what: {
    ja: `${domain}: すべての宛先を受け付けます。存在しない宛先のメールは配送先に断られ、手元に残ります`,
    en: `${domain}: mail for any recipient is accepted; what the next hop refuses then stays here`,
  },
  todo: {
    ja: `宛先の一覧を取り込むか(sekisho recipient import ${name} ファイル)、配送先に尋ねる --recipients ask にしてください。`,
    en: `Import the recipients (sekisho recipient import ${name} FILE), or ask the next hop with --recipients ask.`,
  },
});

const noRecipients = (name: string, domain: string): Told => ({
  id: 'recipients-missing',
  level: 'bad',
  what: {
    ja: `${domain}: 受信者が登録されていないので、どのメールも受け付けません`,
    en: `${domain}: no recipients are known, so no mail is accepted`,
  },
  todo: {
    ja: `取り込むには: sekisho recipient import ${name} ファイル.csv --commit`,
    en: `Import them: sekisho recipient import ${name} FILE.csv --commit`,
  },
});

const noKey = (name: string, domain: string): Told => ({
  id: 'dkim-key-missing',
  level: 'warning',
  what: { ja: `${domain}: 送信メールに DKIM 署名が付きません`, en: `${domain}: mail that leaves is not signed (DKIM)` },
  todo: {
    ja: `鍵を作るには: sekisho dkim create ${name} ${domain}`,
    en: `Make a key: sekisho dkim create ${name} ${domain}`,
  },
});

const notIndexed = (stored: number, indexed: number): Told => ({
  id: 'index-incomplete',
  level: 'bad',
  what: {
    ja: `アーカイブ ${stored} 通のうち索引にあるのは ${indexed} 通です`,
    en: `of ${stored} archived messages, the index knows ${indexed}`,
  },
  todo: { ja: '検索で見つからないメールがあります。', en: 'Searches do not find the others.' },
});

const late = (name: string, hours: number): Told => ({
  id: 'queue-late',
  level: 'warning',
  what: { ja: `配送を ${hours} 時間待っているメールがあります`, en: `mail has waited ${hours} hours for delivery` },
  todo: { ja: `確認するには: sekisho queue list ${name}`, en: `Look: sekisho queue list ${name}` },
});

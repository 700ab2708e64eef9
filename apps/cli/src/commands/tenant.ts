import type { TenantView } from '@sekisho/api';
import { part } from '../client/api-client.ts';
import type { Command, Context } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { TENANT } from './shared.ts';

const showTenants = (context: Context, tenants: readonly TenantView[]) => {
  const { text, time } = context;
  context.table(
    [
      { head: text({ ja: '名前', en: 'name' }) },
      { head: text({ ja: '表示名', en: 'display name' }), most: 40 },
      { head: 'id' },
      { head: text({ ja: '状態', en: 'state' }) },
      { head: text({ ja: '作成', en: 'created' }) },
    ],
    tenants.map((tenant) => [
      tenant.name,
      tenant.displayName,
      tenant.id,
      text(tenant.suspendedAt ? { ja: '停止中', en: 'suspended' } : { ja: '利用中', en: 'in use' }),
      time(tenant.createdAt),
    ]),
  );
};

/** Suspends a tenant, or lets it go on. */
const turn = (verb: 'suspend' | 'resume', about: Command['about'], done: Command['about']): Command => ({
  name: `tenant ${verb}`,
  about,
  positionals: [TENANT],
  options: {},
  example: `sekisho tenant ${verb} kumo`,
  isReader: false,
  async run(context) {
    const tenant = await context.api.post<TenantView>(`/tenants/${part(context.place('TENANT'))}/${verb}`);
    context.say({ ja: `${tenant.name}: ${done.ja}`, en: `${tenant.name}: ${done.en}` });
    return EXIT.good;
  },
});

export const tenantCommands: readonly Command[] = [
  {
    name: 'tenant create',
    about: {
      ja: 'テナントを作る(専用の鍵とデータベースができます)',
      en: 'make a tenant, with its own key and database',
    },
    positionals: [
      { name: 'NAME', about: { ja: '英小文字・数字・ハイフンの名前', en: 'lower-case letters, digits and hyphens' } },
    ],
    options: {
      display: { value: 'TEXT', about: { ja: '画面に出る名前(省略時は NAME)', en: 'name on screens (default: NAME)' } },
    },
    example: 'sekisho tenant create kumo --display "雲商事株式会社"',
    isReader: true,
    async run(context) {
      const name = context.place('NAME');
      const displayName = context.option('display') ?? name;
      const tenant = await context.api.post<TenantView>('/tenants', { name, displayName });
      context.print(tenant, () => {
        context.say({
          ja: `テナント ${tenant.name} を作りました(${tenant.id})`,
          en: `made tenant ${tenant.name} (${tenant.id})`,
        });
        context.say({
          ja: `次に: sekisho domain add ${tenant.name} ドメイン`,
          en: `next: sekisho domain add ${tenant.name} DOMAIN`,
        });
      });
      return EXIT.good;
    },
  },
  {
    name: 'tenant list',
    about: { ja: 'テナントの一覧', en: 'list tenants' },
    positionals: [],
    options: {},
    example: 'sekisho tenant list',
    isReader: true,
    async run(context) {
      const { tenants } = await context.api.get<{ tenants: TenantView[] }>('/tenants');
      context.print(tenants, () => showTenants(context, tenants));
      return EXIT.good;
    },
  },
  {
    name: 'tenant show',
    about: { ja: 'テナントの詳細', en: 'show a tenant' },
    positionals: [TENANT],
    options: {},
    example: 'sekisho tenant show kumo',
    isReader: true,
    async run(context) {
      const tenant = await context.api.get<TenantView>(`/tenants/${part(context.place('TENANT'))}`);
      context.print(tenant, () => showTenants(context, [tenant]));
      return EXIT.good;
    },
  },
  turn(
    'suspend',
    { ja: 'テナントを止める(受信も配送もしません)', en: 'suspend a tenant: nothing is accepted or delivered' },
    { ja: '停止しました', en: 'suspended' },
  ),
  turn(
    'resume',
    { ja: '止めたテナントを再開する', en: 'let a suspended tenant go on' },
    { ja: '再開しました', en: 'goes on' },
  ),
];

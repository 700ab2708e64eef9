import type { DomainView } from '@sekisho/api';
import { part } from '../client/api-client.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { DOMAIN, TENANT } from './shared.ts';

export const domainCommands: readonly Command[] = [
  {
    name: 'domain add',
    about: { ja: 'テナントにドメインを加える', en: 'give a domain to a tenant' },
    positionals: [
      TENANT,
      { ...DOMAIN, about: { ja: '加えるドメイン(日本語も可)', en: 'the domain; U-labels are fine' } },
    ],
    options: {},
    example: 'sekisho domain add kumo kumo.example',
    isReader: true,
    async run(context) {
      const tenant = context.place('TENANT');
      const asked = { name: context.place('DOMAIN') };
      const added = await context.api.post<{ name: string }>(`/tenants/${part(tenant)}/domains`, asked);
      context.print(added, () => {
        context.say({ ja: `${added.name} を加えました`, en: `added ${added.name}` });
        context.say({
          ja: `次に: sekisho route set ${tenant} ${added.name} --next-hop 配送先ホスト:25`,
          en: `next: sekisho route set ${tenant} ${added.name} --next-hop HOST:25`,
        });
      });
      return EXIT.good;
    },
  },
  {
    name: 'domain remove',
    about: {
      ja: 'テナントからドメインを外す(経路と署名鍵も消えます)',
      en: 'take a domain away, with its route and its signing keys',
    },
    positionals: [TENANT, DOMAIN],
    options: {},
    example: 'sekisho domain remove kumo old.example',
    isReader: false,
    async run(context) {
      const [tenant, domain] = [context.place('TENANT'), context.place('DOMAIN')];
      await context.api.send(`/tenants/${part(tenant)}/domains/${part(domain)}`, { method: 'DELETE' });
      context.say({ ja: `${domain} を外しました`, en: `removed ${domain}` });
      return EXIT.good;
    },
  },
  {
    name: 'domain list',
    about: { ja: 'テナントのドメインの一覧', en: 'list the domains of a tenant' },
    positionals: [TENANT],
    options: {},
    example: 'sekisho domain list kumo',
    isReader: true,
    async run(context) {
      const path = `/tenants/${part(context.place('TENANT'))}/domains`;
      const { domains } = await context.api.get<{ domains: DomainView[] }>(path);
      context.print(domains, () =>
        context.table(
          [
            { head: context.text({ ja: 'ドメイン', en: 'domain' }) },
            { head: context.text({ ja: '追加', en: 'added' }) },
          ],
          domains.map(({ name, addedAt }) => [name, context.time(addedAt)]),
        ),
      );
      return EXIT.good;
    },
  },
];

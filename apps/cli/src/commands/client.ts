import type { ClientView } from '@sekisho/api';
import { part } from '../client/api-client.ts';
import type { Command, Context } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { TENANT } from './shared.ts';

const RANGE = {
  name: 'RANGE',
  about: { ja: 'アドレスの範囲(192.0.2.0/24 など)', en: 'a range of addresses, such as 192.0.2.0/24' },
};
const pathOf = (context: Context) => `/tenants/${part(context.place('TENANT'))}/clients`;

export const clientCommands: readonly Command[] = [
  {
    name: 'client add',
    about: {
      ja: 'このアドレスからのメールをテナントの送信として受け付ける',
      en: 'take mail from these addresses as sent by the tenant',
    },
    positionals: [TENANT, RANGE],
    options: {
      'relay-name': {
        value: 'NAME',
        about: {
          ja: '複数のテナントで共有するアドレスのとき、EHLO で名乗る名前',
          en: 'what EHLO has to say where several tenants share the addresses',
        },
      },
    },
    example: 'sekisho client add kumo 192.0.2.10',
    isReader: false,
    async run(context) {
      const asked = { cidr: context.place('RANGE'), relayName: context.option('relay-name') };
      const { cidr } = await context.api.post<ClientView>(pathOf(context), asked);
      context.say({ ja: `${cidr} を信頼します`, en: `${cidr} is trusted` });
      return EXIT.good;
    },
  },
  {
    name: 'client remove',
    about: { ja: '信頼するアドレスを外す', en: 'trust addresses no more' },
    positionals: [TENANT, RANGE],
    options: {},
    example: 'sekisho client remove kumo 192.0.2.10',
    isReader: false,
    async run(context) {
      const cidr = context.place('RANGE');
      await context.api.send(pathOf(context), { method: 'DELETE', query: { cidr } });
      context.say({ ja: `${cidr} を外しました`, en: `${cidr} is not trusted any more` });
      return EXIT.good;
    },
  },
  {
    name: 'client list',
    about: { ja: '信頼するアドレスの一覧', en: 'list trusted addresses' },
    positionals: [TENANT],
    options: {},
    example: 'sekisho client list kumo',
    isReader: true,
    async run(context) {
      const { clients } = await context.api.get<{ clients: ClientView[] }>(pathOf(context));
      context.print(clients, () =>
        context.table(
          [
            { head: context.text({ ja: '範囲', en: 'range' }) },
            { head: context.text({ ja: '名乗る名前', en: 'relay name' }) },
          ],
          clients.map(({ cidr, relayName }) => [cidr, relayName ?? '-']),
        ),
      );
      return EXIT.good;
    },
  },
];

import type { RouteView } from '@sekisho/api';
import { part } from '../client/api-client.ts';
import type { Command, Context } from '../command.ts';
import { RefusedError, UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { DOMAIN, TENANT, wordOption } from './shared.ts';

const ROUTE_DOMAIN = {
  ...DOMAIN,
  about: { ja: 'テナントのドメイン。自分のもの以外すべては *', en: 'a domain of the tenant, or * for everywhere else' },
};
const RECIPIENT_MODES = ['list', 'ask', 'accept-all'] as const;
const TLS_MODES = ['none', 'opportunistic', 'required'] as const;

const pathOf = (context: Context) =>
  `/tenants/${part(context.place('TENANT'))}/routes/${part(context.place('DOMAIN'))}`;

/** `mx`, or hosts with ports: `mail.example:25,[2001:db8::1]:25`. */
export function parseNextHop(text: string): 'mx' | { host: string; port?: number }[] {
  if (text === 'mx') return 'mx';
  return text.split(',').map((one) => {
    const [, bracketed, plain, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/.exec(one.trim()) ?? [];
    const host = bracketed ?? plain;
    if (host === undefined)
      throw new UsageError({
        ja: `--next-hop に「${one}」は使えません(例: mail.example:25)`,
        en: `Cannot use "${one}" as --next-hop: write it as mail.example:25`,
      });
    return port === undefined ? { host } : { host, port: Number(port) };
  });
}

const formatNextHop = (nextHop: RouteView['nextHop']) =>
  nextHop === 'mx'
    ? 'mx'
    : nextHop.map(({ host, port }) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)).join(', ');

function showRoutes(context: Context, routes: readonly RouteView[]): void {
  const { text } = context;
  context.table(
    [
      { head: text({ ja: 'ドメイン', en: 'domain' }) },
      { head: text({ ja: '配送先', en: 'next hop' }) },
      { head: 'TLS' },
      { head: text({ ja: '受信者の確認', en: 'recipients' }) },
      { head: text({ ja: '応答前の検査', en: 'before the reply' }) },
    ],
    routes.map(({ domain, nextHop, tls, recipientMode, inspectBeforeReply }) => [
      domain,
      formatNextHop(nextHop),
      tls,
      recipientMode,
      text(inspectBeforeReply ? { ja: 'する', en: 'inspect' } : { ja: 'しない', en: '-' }),
    ]),
  );
}

/** The route that is there, or `null`. */
async function present(context: Context): Promise<RouteView | null> {
  try {
    return await context.api.get<RouteView>(pathOf(context));
  } catch (error) {
    if (error instanceof RefusedError && error.id === 'not-here') return null;
    throw error;
  }
}

export const routeCommands: readonly Command[] = [
  {
    name: 'route set',
    about: { ja: 'ドメインのメールの行き先を決める', en: 'say where mail for a domain goes' },
    positionals: [TENANT, ROUTE_DOMAIN],
    options: {
      'next-hop': {
        value: 'mx|HOST[:PORT],...',
        about: {
          ja: '配送先(順に試します)。mx なら DNS に従います',
          en: 'hosts in the order in which they are tried, or mx',
        },
      },
      tls: {
        value: TLS_MODES.join('|'),
        about: { ja: '配送先との TLS(省略時は opportunistic)', en: 'TLS with the next hop (default: opportunistic)' },
      },
      recipients: {
        value: RECIPIENT_MODES.join('|'),
        about: {
          ja: '受信者の確認: 一覧、配送先に尋ねる、すべて受け付ける',
          en: 'how recipients are known: our list, asking the next hop, or not at all',
        },
      },
      'inspect-before-reply': {
        value: 'yes|no',
        about: { ja: '応答の前に検査する', en: 'inspect before the reply, so that rejections happen in the session' },
      },
    },
    example: 'sekisho route set kumo kumo.example --next-hop mail.kumo.example:25 --recipients list',
    notes: {
      ja: '指定しなかった項目は今のままです。',
      en: 'What is not named stays as it is.',
    },
    isReader: true,
    async run(context) {
      const nextHop = context.option('next-hop');
      const before = await present(context);
      if (nextHop === null && before === null)
        throw new UsageError(
          { ja: '--next-hop が必要です', en: 'Cannot set a new route without --next-hop' },
          'route set',
        );
      const early = wordOption(context, 'inspect-before-reply', ['yes', 'no'] as const);
      const { domain: _name, ...kept } = before ?? { domain: '' };
      const route = await context.api.send<RouteView>(pathOf(context), {
        method: 'PUT',
        json: {
          ...kept,
          ...(nextHop === null ? {} : { nextHop: parseNextHop(nextHop) }),
          ...defined('tls', wordOption(context, 'tls', TLS_MODES)),
          ...defined('recipientMode', wordOption(context, 'recipients', RECIPIENT_MODES)),
          ...defined('inspectBeforeReply', early && early === 'yes'),
        },
      });
      context.print(route, () => showRoutes(context, [route]));
      if (route.recipientMode === 'accept-all')
        context.say({
          ja: '注意: 存在しない宛先のメールも受け付けます。配送先が断ったものは手元に残り、送信者には知らせません。',
          en: 'Mind: mail for recipients that do not exist is accepted too; what the next hop refuses stays here, untold.',
        });
      return EXIT.good;
    },
  },
  {
    name: 'route show',
    about: { ja: 'テナントの経路', en: 'show the routes of a tenant' },
    positionals: [TENANT, { ...ROUTE_DOMAIN, isOptional: true }],
    options: {},
    example: 'sekisho route show kumo',
    isReader: true,
    async run(context) {
      const path = `/tenants/${part(context.place('TENANT'))}/routes`;
      const routes =
        context.place('DOMAIN') === ''
          ? (await context.api.get<{ routes: RouteView[] }>(path)).routes
          : [await context.api.get<RouteView>(pathOf(context))];
      context.print(routes, () => showRoutes(context, routes));
      return EXIT.good;
    },
  },
  {
    name: 'route remove',
    about: { ja: '経路を消す(メールは次の経路を待ちます)', en: 'remove a route: its mail waits for another' },
    positionals: [TENANT, ROUTE_DOMAIN],
    options: {},
    example: 'sekisho route remove kumo old.example',
    isReader: false,
    async run(context) {
      await context.api.send(pathOf(context), { method: 'DELETE' });
      context.say({ ja: '経路を消しました', en: 'removed the route' });
      return EXIT.good;
    },
  },
];

const defined = (name: string, value: unknown) => (value === undefined ? {} : { [name]: value });

import type { QueueRowView } from '@sekisho/api';
import { part } from '../client/api-client.ts';
import type { Command, Context } from '../command.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { formatSize } from '../output/sizes.ts';
import { NOTE, numberOption, PAGE_OPTIONS, sayMore, TENANT, wordOption } from './shared.ts';

const pathOf = (context: Context, verb = '') => `/tenants/${part(context.place('TENANT'))}/queue${verb}`;
const WHICH = {
  message: { value: 'ID', about: { ja: 'メッセージの ID', en: 'the recipients of a message' } },
  recipient: { value: 'N', about: { ja: 'その中の宛先の番号(0 から)', en: 'one of them by its number, from 0' } },
  destination: { value: 'DOMAIN', about: { ja: '配送先のドメイン', en: 'the recipients of a destination' } },
  all: { about: { ja: '待っているものすべて', en: 'all that wait' } },
} as const;

function whichOf(context: Context, command: string) {
  const [message, destination] = [context.option('message'), context.option('destination')];
  const recipient = numberOption(context, 'recipient');
  if (message !== null) return recipient === undefined ? { message } : { message, recipient };
  if (destination !== null) return { destination };
  if (context.isSet('all')) return { everything: true };
  throw new UsageError(
    {
      ja: '--message、--destination、--all のどれかが必要です',
      en: `Cannot run ${command} without --message, --destination or --all`,
    },
    command,
  );
}

export const queueCommands: readonly Command[] = [
  {
    name: 'queue list',
    about: { ja: '配送を待つ宛先の一覧', en: 'list recipients on their way' },
    positionals: [TENANT],
    options: {
      state: { value: 'open|failed|cancelled', about: { ja: '状態(省略時は open)', en: 'state (default: open)' } },
      destination: WHICH.destination,
      message: WHICH.message,
      ...PAGE_OPTIONS,
    },
    example: 'sekisho queue list kumo',
    isReader: true,
    async run(context) {
      const { text, time } = context;
      const page = await context.api.get<{ rows: QueueRowView[]; next: string | null }>(pathOf(context), {
        state: wordOption(context, 'state', ['open', 'failed', 'cancelled'] as const),
        destination: context.option('destination'),
        message: context.option('message'),
        after: context.option('cursor'),
        limit: numberOption(context, 'limit'),
      });
      context.print(page, () =>
        context.table(
          [
            { head: text({ ja: 'メッセージ', en: 'message' }) },
            { head: '#', isNumber: true },
            { head: text({ ja: '宛先', en: 'recipient' }), most: 40 },
            { head: text({ ja: '状態', en: 'state' }) },
            { head: text({ ja: '試行', en: 'tries' }), isNumber: true },
            { head: text({ ja: '次の試行', en: 'next' }) },
            { head: text({ ja: '大きさ', en: 'size' }), isNumber: true },
            { head: text({ ja: '最後の応答', en: 'last reply' }), most: 60 },
          ],
          page.rows.map((row) => [
            row.message,
            String(row.recipient),
            row.address,
            row.state,
            String(row.attempts),
            time(row.dueAt),
            formatSize(row.sizeOctets),
            row.lastReply ?? '',
          ]),
        ),
      );
      sayMore(context, page.next);
      return EXIT.good;
    },
  },
  {
    name: 'queue retry',
    about: { ja: 'すぐに配送を試みる', en: 'attempt delivery at once' },
    positionals: [TENANT],
    options: WHICH,
    example: 'sekisho queue retry kumo --destination kumo.example',
    isReader: false,
    async run(context) {
      const asked = { which: whichOf(context, 'queue retry') };
      const done = await context.api.post<{ retried: number; hasMore: boolean }>(pathOf(context, '/retry'), asked);
      context.say({ ja: `${done.retried} 件の配送を試みます`, en: `${done.retried} are attempted now` });
      if (done.hasMore)
        context.say({ ja: 'まだあります。もう一度実行してください。', en: 'There are more: run it again.' });
      return done.retried === 0 ? EXIT.notFound : EXIT.good;
    },
  },
  {
    name: 'queue cancel',
    about: { ja: '配送をやめる', en: 'deliver no more' },
    positionals: [TENANT],
    options: { ...WHICH, note: NOTE },
    example: 'sekisho queue cancel kumo --message 01hq8x5v2k00a2c --note "誤送信"',
    isReader: false,
    async run(context) {
      const asked = { which: whichOf(context, 'queue cancel'), why: context.option('note') ?? '' };
      const done = await context.api.post<{ cancelled: number; underWay: number; hasMore: boolean }>(
        pathOf(context, '/cancel'),
        asked,
      );
      context.say({ ja: `${done.cancelled} 件をやめました`, en: `${done.cancelled} are stopped` });
      if (done.underWay > 0)
        context.say({
          ja: `${done.underWay} 件は送信中です。失敗しても再び試みません。`,
          en: `${done.underWay} are under way; they are not tried again.`,
        });
      if (done.hasMore)
        context.say({ ja: 'まだあります。もう一度実行してください。', en: 'There are more: run it again.' });
      return done.cancelled + done.underWay === 0 ? EXIT.notFound : EXIT.good;
    },
  },
];

import type { HeldView } from '@sekisho/api';
import { part } from '../client/api-client.ts';
import type { Command, Context } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../output/plain.ts';
import { formatSize } from '../output/sizes.ts';
import { padded } from '../output/width.ts';
import { NOTE, numberOption, PAGE_OPTIONS, sayMore, TENANT, wordOption } from './shared.ts';

const STATES = ['waiting', 'released', 'deleted', 'expired', 'any'] as const;
const HELD = { name: 'ID', about: { ja: '隔離の ID(一覧に出ます)', en: 'its id, as the list shows it' } };
const pathOf = (context: Context, verb = '') => {
  const held = context.place('ID');
  return `/tenants/${part(context.place('TENANT'))}/quarantine${held === '' ? '' : `/${part(held)}`}${verb}`;
};

function showHeld(context: Context, held: HeldView): void {
  const { text, time } = context;
  const lines: (readonly [string, string])[] = [
    ['ID', held.id],
    [text({ ja: '差出人', en: 'from' }), held.sender],
    [text({ ja: '宛先', en: 'recipient' }), held.forwardPath],
    [text({ ja: '件名', en: 'subject' }), held.subject],
    [text({ ja: '大きさ', en: 'size' }), formatSize(held.sizeOctets)],
    [text({ ja: '理由', en: 'reason' }), `${held.reason}: ${text(held.why)}`],
    [text({ ja: 'ルール', en: 'rule' }), held.rule],
    [text({ ja: '状態', en: 'state' }), held.state],
    [text({ ja: '隔離', en: 'since' }), time(held.openedAt)],
    [text({ ja: '期限', en: 'deadline' }), time(held.deadline)],
    ...(held.settledAt
      ? [[text({ ja: '処理', en: 'settled' }), `${time(held.settledAt)} ${held.settledBy?.name ?? ''}`] as const]
      : []),
  ];
  for (const [name, value] of lines) context.streams.out(`${padded(name, 10)} ${plain(value)}\n`);
}

export const quarantineCommands: readonly Command[] = [
  {
    name: 'quarantine list',
    about: { ja: '隔離されたメールの一覧', en: 'list what is in quarantine' },
    positionals: [TENANT],
    options: {
      state: { value: STATES.join('|'), about: { ja: '状態(省略時は waiting)', en: 'state (default: waiting)' } },
      reason: { value: 'REASON', about: { ja: '理由', en: 'reason' } },
      recipient: { value: 'ADDRESS', about: { ja: '宛先', en: 'recipient' } },
      ...PAGE_OPTIONS,
    },
    example: 'sekisho quarantine list kumo --reason infected',
    isReader: true,
    async run(context) {
      const { text, time } = context;
      const page = await context.api.get<{ entries: HeldView[]; cursor: number | null }>(pathOf(context), {
        state: wordOption(context, 'state', STATES),
        reason: context.option('reason'),
        recipient: context.option('recipient'),
        cursor: context.option('cursor'),
        limit: numberOption(context, 'limit'),
      });
      context.print(page, () =>
        context.table(
          [
            { head: 'ID' },
            { head: text({ ja: '隔離', en: 'since' }) },
            { head: text({ ja: '理由', en: 'reason' }) },
            { head: text({ ja: '状態', en: 'state' }) },
            { head: text({ ja: '差出人', en: 'from' }), most: 32 },
            { head: text({ ja: '宛先', en: 'recipient' }), most: 32 },
            { head: text({ ja: '件名', en: 'subject' }), most: 40 },
          ],
          page.entries.map((held) => [
            held.id,
            time(held.openedAt),
            held.reason,
            held.state,
            held.sender,
            held.forwardPath,
            held.subject,
          ]),
        ),
      );
      sayMore(context, page.cursor);
      return EXIT.good;
    },
  },
  {
    name: 'quarantine show',
    about: { ja: '隔離されたメールの詳細', en: 'show something in quarantine' },
    positionals: [TENANT, HELD],
    options: {},
    example: 'sekisho quarantine show kumo 01hq8x5v2k00a2c-0',
    isReader: true,
    async run(context) {
      const held = await context.api.get<HeldView>(pathOf(context));
      context.print(held, () => showHeld(context, held));
      return EXIT.good;
    },
  },
  {
    name: 'quarantine release',
    about: { ja: '隔離を解いて配送する', en: 'let it go on to its recipient' },
    positionals: [TENANT, HELD],
    options: {
      note: NOTE,
      force: {
        about: {
          ja: 'ウイルスが見つかったもの、今のルールでは別の理由で止まるものも解放する',
          en: 'also when a virus was found, or when today’s rules stop it for another reason',
        },
      },
    },
    example: 'sekisho quarantine release kumo 01hq8x5v2k00a2c-0 --note "本人に確認済み"',
    isReader: true,
    async run(context) {
      const asked = { note: context.option('note') ?? '', force: context.isSet('force') };
      const held = await context.api.post<HeldView>(pathOf(context, '/release'), asked);
      context.print(held, () =>
        context.say({ ja: `${held.forwardPath} へ配送します`, en: `it goes on to ${held.forwardPath}` }),
      );
      return EXIT.good;
    },
  },
  {
    name: 'quarantine delete',
    about: {
      ja: '隔離されたメールを配送しないと決める(アーカイブには残ります)',
      en: 'give it up; the archive keeps its copy',
    },
    positionals: [TENANT, HELD],
    options: { note: NOTE },
    example: 'sekisho quarantine delete kumo 01hq8x5v2k00a2c-0',
    isReader: true,
    async run(context) {
      const held = await context.api.post<HeldView>(pathOf(context, '/delete'), { note: context.option('note') ?? '' });
      context.print(held, () => context.say({ ja: '配送しません', en: 'it is never delivered' }));
      return EXIT.good;
    },
  },
];

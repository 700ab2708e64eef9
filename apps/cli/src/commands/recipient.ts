import { readFileSync } from 'node:fs';
import type { RecipientImportView, RecipientView } from '@sekisho/api';
import { part } from '../client/api-client.ts';
import type { Command, Context } from '../command.ts';
import { CommandError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { PAGE_OPTIONS, TENANT, numberOption, sayMore, wordOption } from './shared.ts';

/** Lines of each kind that a person is shown. */
const SHOWN = 20;
const pathOf = (context: Context) => `/tenants/${part(context.place('TENANT'))}/recipients`;

/** Octets of a file that the command line names. */
export function readNamedFile(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const why = (error as Error).message;
    throw new CommandError('file', EXIT.notFound, {
      ja: `${file} を読めません: ${why}`,
      en: `Cannot read ${file}: ${why}`,
    });
  }
}

function showImport(context: Context, done: RecipientImportView): void {
  const { out } = context.streams;
  const some = (lines: readonly string[]) => {
    for (const line of lines.slice(0, SHOWN)) out(`  ${line}\n`);
    if (lines.length > SHOWN) out(`  ... (+${lines.length - SHOWN})\n`);
  };
  const head = (ja: string, en: string, count: number) => out(`${context.text({ ja, en })}: ${count}\n`);
  head('追加', 'added', done.added.length);
  some(done.added.map(({ address, display }) => `${address}  ${display}`));
  head('変更', 'changed', done.changed.length);
  some(done.changed.map(({ address, before, display }) => `${address}  ${before} → ${display}`));
  head('削除', 'removed', done.removed.length);
  some(done.removed);
  head('変更なし', 'unchanged', done.unchanged);
  if (done.faults.length > 0) head('誤り', 'faults', done.faults.length);
  some(done.faults.map(({ line, fault }) => `${context.text({ ja: `${line} 行目`, en: `line ${line}` })}: ${fault}`));
}

export const recipientCommands: readonly Command[] = [
  {
    name: 'recipient import',
    about: {
      ja: '受信者の CSV を取り込む(まず結果だけを示します)',
      en: 'take over a CSV file of recipients (first a preview)',
    },
    positionals: [
      TENANT,
      {
        name: 'FILE',
        about: { ja: 'CSV(アドレス,名前)。UTF-8 か Shift_JIS', en: 'CSV: address,name; UTF-8 or Shift_JIS' },
      },
    ],
    options: {
      commit: { about: { ja: '実際に取り込む', en: 'do it' } },
      'remove-others': {
        about: { ja: 'ファイルにない受信者を消す', en: 'remove the recipients that the file does not name' },
      },
      charset: {
        value: 'utf-8|shift_jis',
        about: { ja: '文字コード(省略時は自動判定)', en: 'charset (default: found out)' },
      },
    },
    example: 'sekisho recipient import kumo recipients.csv --commit',
    isReader: true,
    async run(context) {
      const isCommit = context.isSet('commit');
      const done = await context.api.send<RecipientImportView>(`${pathOf(context)}/import`, {
        method: 'POST',
        query: {
          commit: isCommit,
          removeOthers: context.isSet('remove-others'),
          charset: wordOption(context, 'charset', ['utf-8', 'shift_jis'] as const),
        },
        octets: { type: 'text/csv', body: readNamedFile(context.place('FILE')) },
      });
      context.print(done, () => showImport(context, done));
      if (done.faults.length > 0) {
        context.say({ ja: '誤りを直してからやり直してください。', en: 'Mend the faults and try again.' });
        return EXIT.failed;
      }
      if (!isCommit)
        context.say({
          ja: 'まだ何も変えていません。取り込むには --commit を付けてください。',
          en: 'Nothing has changed yet: add --commit to do it.',
        });
      return EXIT.good;
    },
  },
  {
    name: 'recipient list',
    about: { ja: '受信者の一覧', en: 'list recipients' },
    positionals: [TENANT],
    options: {
      containing: { value: 'TEXT', about: { ja: 'アドレスか名前の一部', en: 'a part of the address or the name' } },
      ...PAGE_OPTIONS,
    },
    example: 'sekisho recipient list kumo --containing sato',
    isReader: true,
    async run(context) {
      const page = await context.api.get<{ recipients: RecipientView[]; next: string | null }>(pathOf(context), {
        containing: context.option('containing'),
        after: context.option('cursor'),
        limit: numberOption(context, 'limit'),
      });
      context.print(page, () =>
        context.table(
          [
            { head: context.text({ ja: 'アドレス', en: 'address' }) },
            { head: context.text({ ja: '名前', en: 'name' }), most: 40 },
            { head: context.text({ ja: '登録', en: 'since' }) },
          ],
          page.recipients.map(({ address, display, createdAt }) => [address, display, context.time(createdAt)]),
        ),
      );
      sayMore(context, page.next);
      return EXIT.good;
    },
  },
  {
    name: 'recipient remove',
    about: { ja: '受信者を消す', en: 'remove recipients' },
    positionals: [TENANT, { name: 'ADDRESS', about: { ja: 'アドレス', en: 'addresses' }, isMany: true }],
    options: {},
    example: 'sekisho recipient remove kumo taro@kumo.example',
    isReader: false,
    async run(context) {
      const asked = { addresses: context.places('ADDRESS') };
      const { removed } = await context.api.post<{ removed: number }>(`${pathOf(context)}/remove`, asked);
      context.say({ ja: `${removed} 件を消しました`, en: `removed ${removed}` });
      return removed === 0 ? EXIT.notFound : EXIT.good;
    },
  },
];

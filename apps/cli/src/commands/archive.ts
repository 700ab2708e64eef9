import { basename, join } from 'node:path';
import { createWriteStream, mkdirSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { IncomingMessage } from 'node:http';
import type { MessageView, RecordView } from '@sekisho/api';
import { part } from '../client/api-client.ts';
import type { Command, Context } from '../command.ts';
import { CommandError, UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../output/plain.ts';
import { formatSize } from '../output/sizes.ts';
import { padded } from '../output/width.ts';
import { numberOption, PAGE_OPTIONS, sayMore, TENANT, wordOption } from './shared.ts';

interface SearchPage {
  readonly messages: readonly MessageView[];
  readonly cursor: number | null;
  readonly total: number | null;
  readonly isMore: boolean;
  readonly hints: readonly { readonly written: string; readonly meant: string }[];
  readonly coverage: { readonly stored: number; readonly indexed: number };
}

const QUERY = {
  name: 'QUERY',
  about: {
    ja: '言葉、"句"、項目(差出人: 宛先: 件名: 本文: 添付: 以降: より前: 処置: など)',
    en: 'words, "phrases", fields (from: to: subject: body: attachment: after: before: disposition: ...)',
  },
  isOptional: true,
  isMany: true,
} as const;
const MESSAGE = { name: 'MESSAGE', about: { ja: 'メッセージの ID', en: 'id of a message' } };
const FORMS = ['raw', 'delivered'] as const;
const pathOf = (context: Context, rest = '') => `/tenants/${part(context.place('TENANT'))}${rest}`;
const queryOf = (context: Context) => ({
  query: context.places('QUERY').join(' '),
  utcOffsetMinutes: context.zone === 'UTC' ? 0 : 540,
});

function showPage(context: Context, page: SearchPage): void {
  const { text, time } = context;
  context.table(
    [
      { head: 'ID' },
      { head: text({ ja: '受信', en: 'received' }) },
      { head: text({ ja: '処置', en: 'disposition' }) },
      { head: text({ ja: '大きさ', en: 'size' }), isNumber: true },
      { head: text({ ja: '差出人', en: 'from' }), most: 28 },
      { head: text({ ja: '宛先', en: 'to' }), most: 28 },
      { head: text({ ja: '件名', en: 'subject' }), most: 50 },
    ],
    page.messages.map((one) => [
      one.id,
      time(one.receivedAt),
      one.disposition,
      formatSize(one.sizeOctets),
      one.from,
      one.to,
      one.subject,
    ]),
  );
  if (page.total !== null) {
    const more = page.isMore ? '+' : '';
    context.say({ ja: `${page.total}${more} 通`, en: `${page.total}${more} messages` });
  }
  for (const { written, meant } of page.hints)
    context.say({
      ja: `「${written}:」は言葉として探しました(${meant}: のことですか)`,
      en: `"${written}:" was taken as a word; did you mean ${meant}:?`,
    });
  const { stored, indexed } = page.coverage;
  if (indexed < stored)
    context.say({
      ja: `注意: ${stored} 通のうち ${stored - indexed} 通は索引にありません`,
      en: `Mind: ${stored - indexed} of ${stored} messages are not in the index`,
    });
  sayMore(context, page.cursor);
}

function showRecord(context: Context, record: RecordView): void {
  const { text, time } = context;
  const { envelope } = record;
  const line = (name: string, value: string) => context.streams.out(`${padded(name, 14)} ${plain(value)}\n`);
  line('ID', record.id);
  line(
    text({ ja: '受信', en: 'received' }),
    `${time(record.receivedAt)}  ${envelope.client.ip} (${envelope.client.ehlo}) ${envelope.client.protocol}${envelope.tls ? ` ${envelope.tls}` : ''}`,
  );
  line(text({ ja: '差出人パス', en: 'reverse-path' }), envelope.reversePath);
  for (const path of envelope.forwardPaths) line(text({ ja: '宛先パス', en: 'forward-path' }), path);
  line(text({ ja: '差出人', en: 'from' }), record.from);
  line(text({ ja: '宛先', en: 'to' }), record.to);
  line(text({ ja: '件名', en: 'subject' }), record.subject);
  line('Message-ID', record.messageId ?? '-');
  line(text({ ja: '大きさ', en: 'size' }), `${record.sizeOctets}`);
  line('SHA-256', record.rawSha256);
  line(text({ ja: '配送形 SHA-256', en: 'as delivered' }), record.deliveredSha256);
  for (const one of record.decisions)
    line(
      text({ ja: '処置', en: 'disposition' }),
      `${one.forwardPath}: ${one.disposition}${one.reason ? ` (${one.reason})` : ''}  ${one.rule}: ${text(one.why)}`,
    );
  for (const { name, value } of record.facts) line(name, JSON.stringify(value));
}

/** The name that the core gives a message, without anything that leads elsewhere. */
function nameOf(response: IncomingMessage, id: string): string {
  const [, coded] = /filename\*=UTF-8''([^;]+)/.exec(response.headers['content-disposition'] ?? '') ?? [];
  return basename(coded === undefined ? `${id}.eml` : decodeURIComponent(coded));
}

/** Writes a document to a new file; a file that is there is never written over. */
async function save(response: IncomingMessage, file: string): Promise<void> {
  try {
    await pipeline(response, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
  } catch (error) {
    const why = (error as Error).message;
    throw new CommandError('file', EXIT.failed, {
      ja: `${file} に書けません: ${why}`,
      en: `Cannot write ${file}: ${why}`,
    });
  }
}

async function toStandardOutput(context: Context, response: IncomingMessage): Promise<void> {
  for await (const chunk of response) await context.streams.outOctets(chunk as Buffer);
}

async function exportMbox(context: Context, form: string, to: string | null): Promise<void> {
  const response = await context.api.open(pathOf(context, '/export'), { query: { ...queryOf(context), form } });
  if (to === null) await toStandardOutput(context, response);
  else await save(response, to);
  context.say({
    ja: `${response.headers['x-sekisho-total']} 通を書き出しました`,
    en: `exported ${response.headers['x-sekisho-total']} messages`,
  });
}

async function exportFolder(context: Context, form: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let count = 0;
  let cursor: number | null | undefined;
  while (cursor !== null) {
    const page: SearchPage = await context.api.get(pathOf(context, '/messages'), {
      ...queryOf(context),
      limit: 200,
      cursor,
    });
    for (const { id } of page.messages) {
      const response = await context.api.open(pathOf(context, `/messages/${id}/content`), { query: { form } });
      await save(response, join(folder, nameOf(response, id)));
      count += 1;
    }
    cursor = page.cursor;
  }
  context.say({ ja: `${count} 通を ${folder} に書き出しました`, en: `exported ${count} messages to ${folder}` });
}

export const archiveCommands: readonly Command[] = [
  {
    name: 'archive search',
    about: { ja: 'アーカイブを検索する', en: 'search the archive' },
    positionals: [TENANT, QUERY],
    options: PAGE_OPTIONS,
    example: "sekisho archive search kumo '件名:見積 添付:pdf 以降:2026-11-01'",
    isReader: true,
    async run(context) {
      const page = await context.api.get<SearchPage>(pathOf(context, '/messages'), {
        ...queryOf(context),
        cursor: context.option('cursor'),
        limit: numberOption(context, 'limit'),
      });
      context.print(page, () => showPage(context, page));
      return EXIT.good;
    },
  },
  {
    name: 'archive show',
    about: {
      ja: 'メールの記録(エンベロープ、検査結果、処置)',
      en: 'show the record of a message: envelope, facts, plan, digests',
    },
    positionals: [TENANT, MESSAGE],
    options: {},
    example: 'sekisho archive show kumo 01hq8x5v2k00a2c',
    isReader: true,
    async run(context) {
      const record = await context.api.get<RecordView>(pathOf(context, `/messages/${part(context.place('MESSAGE'))}`));
      context.print(record, () => showRecord(context, record));
      return EXIT.good;
    },
  },
  {
    name: 'archive export',
    about: { ja: 'メールそのものを書き出す', en: 'export messages themselves' },
    positionals: [TENANT, QUERY],
    options: {
      message: { value: 'ID', about: { ja: '1 通だけ(検索の代わりに)', en: 'one message, instead of a search' } },
      form: {
        value: FORMS.join('|'),
        about: { ja: '原本か配送形か(省略時は raw)', en: 'as it came, or as it goes on (default: raw)' },
      },
      format: {
        value: 'eml|mbox',
        about: {
          ja: '1 通 1 ファイルか、まとめて 1 つか(省略時は eml)',
          en: 'a file for each, or one for all (default: eml)',
        },
      },
      to: {
        value: 'PATH',
        about: {
          ja: '書き出し先(eml はフォルダー)。なければ標準出力',
          en: 'where to (a folder for eml); else standard output',
        },
      },
    },
    example: "sekisho archive export kumo '差出人:sato@kumo.example' --format mbox --to sato.mbox",
    isReader: false,
    async run(context) {
      const form = wordOption(context, 'form', FORMS) ?? 'raw';
      const format = wordOption(context, 'format', ['eml', 'mbox'] as const) ?? 'eml';
      const [message, to] = [context.option('message'), context.option('to')];
      if (message !== null) {
        const response = await context.api.open(pathOf(context, `/messages/${part(message)}/content`), {
          query: { form },
        });
        if (to === null) await toStandardOutput(context, response);
        else await save(response, to);
        return EXIT.good;
      }
      if (format === 'mbox') await exportMbox(context, form, to);
      else if (to !== null) await exportFolder(context, form, to);
      else
        throw new UsageError(
          { ja: '--to に書き出し先のフォルダーが必要です', en: 'Cannot export a file for each without --to FOLDER' },
          'archive export',
        );
      return EXIT.good;
    },
  },
];

import type { RecordView } from '@sekisho/api';
import { part } from '../client/api-client.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { exportFolder, exportMbox, save, toStandardOutput } from './export-archive.ts';
import { numberOption, PAGE_OPTIONS, TENANT, wordOption } from './shared.ts';
import { archivePath, type SearchPage, searchQuery, showPage, showRecord } from './show-archive.ts';

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
export const archiveCommands: readonly Command[] = [
  {
    name: 'archive search',
    about: { ja: 'アーカイブを検索する', en: 'search the archive' },
    positionals: [TENANT, QUERY],
    options: PAGE_OPTIONS,
    example: "sekisho archive search kumo '件名:見積 添付:pdf 以降:2026-11-01'",
    isReader: true,
    async run(context) {
      const page = await context.api.get<SearchPage>(archivePath(context, '/messages'), {
        ...searchQuery(context),
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
      const record = await context.api.get<RecordView>(
        archivePath(context, `/messages/${part(context.place('MESSAGE'))}`),
      );
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
        const response = await context.api.open(archivePath(context, `/messages/${part(message)}/content`), {
          query: { form },
        });
        if (to === null) await toStandardOutput(context, response);
        else await save(context, response, to);
        return EXIT.good;
      }
      if (format === 'mbox') await exportMbox(context, form, to);
      else if (to !== null) return exportFolder(context, form, to);
      else
        throw new UsageError(
          { ja: '--to に書き出し先のフォルダーが必要です', en: 'Cannot export a file for each without --to FOLDER' },
          'archive export',
        );
      return EXIT.good;
    },
  },
];

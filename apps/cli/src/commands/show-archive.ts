import type { MessageView, RecordView } from '@sekisho/api';
import { part } from '../client/api-client.ts';
import type { Context } from '../command.ts';
import { plain } from '../output/plain.ts';
import { formatSize } from '../output/sizes.ts';
import { padded } from '../output/width.ts';
import { sayMore } from './shared.ts';

/** A page of what a search found. */
export interface SearchPage {
  readonly messages: readonly MessageView[];
  readonly cursor: number | null;
  readonly total: number | null;
  readonly isMore: boolean;
  readonly hints: readonly { readonly written: string; readonly meant: string }[];
  readonly coverage: { readonly stored: number; readonly indexed: number };
}

/** A path below the tenant that the command line names. */
export const archivePath = (context: Context, rest = '') => `/tenants/${part(context.place('TENANT'))}${rest}`;
/** The search that the command line asks for. */
export const searchQuery = (context: Context) => ({
  query: context.places('QUERY').join(' '),
  utcOffsetMinutes: context.zone === 'UTC' ? 0 : 540,
});

/** What was found, for people. */
export function showPage(context: Context, page: SearchPage): void {
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

/** A record, for people. */
export function showRecord(context: Context, record: RecordView): void {
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

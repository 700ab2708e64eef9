import { formatAddress } from '@sekisho/terms';
import type { OwedReport } from '../queue/reports.ts';
import type { ReportKind } from './decide-report.ts';
import { explainStatus } from './explain-status.ts';
import { quietLine } from './mime-text.ts';

const WORDS = 500;

interface KindWords {
  readonly subject: string;
  readonly ja: string;
  readonly en: string;
}

const KINDS: Readonly<Record<ReportKind, KindWords>> = {
  failure: {
    subject: 'メールを届けられませんでした (Undelivered mail)',
    ja: '次の宛先にメールを届けられませんでした。この宛先への再送はもう行いません。',
    en: 'Your message could not be delivered to the recipients below. It will not be tried again.',
  },
  delay: {
    subject: 'メールがまだ届いていません (Delayed mail)',
    ja: '次の宛先にメールがまだ届いていません。再送を続けているので、送り直す必要はありません。',
    en: 'Your message has not reached the recipients below yet. It is still being tried: there is no need to send it again.',
  },
  relayed: {
    subject: 'メールを次のサーバーに渡しました (Relayed mail)',
    ja: '次の宛先のメールを次のサーバーに渡しました。そのサーバーは配達の通知を送らないため、これが最後のお知らせです。',
    en: 'Your message was handed to the next server, which sends no reports of its own: this is the last you will hear.',
  },
};

/** Subject of a report, in both languages. */
export const reportSubject = (kind: ReportKind): string => KINDS[kind].subject;

/** What happened and what to do, for people: Japanese first, English behind it; the remote's words only as quotes. */
export function formatExplanation(
  kind: ReportKind,
  recipients: readonly OwedReport[],
  about: { readonly hostname: string; readonly retriesUntil: number | null },
): string {
  const { ja, en } = KINDS[kind];
  const until = about.retriesUntil === null || kind !== 'delay' ? null : formatJst(about.retriesUntil);
  const received = formatJst(recipients[0]!.envelope.receivedAt);
  const lines = [
    ja,
    '',
    ...recipients.flatMap((one) => inJapanese(kind, one)),
    `送信の受付: ${received}`,
    ...(until === null ? [] : [`再送の期限: ${until}`]),
    `送信元のサーバー: ${about.hostname}`,
    '',
    '――――――――――――――――',
    '',
    en,
    '',
    ...recipients.flatMap((one) => inEnglish(kind, one)),
    `Taken for delivery: ${received}`,
    ...(until === null ? [] : [`Tried until: ${until}`]),
    `Reporting server: ${about.hostname}`,
  ];
  return `${lines.join('\r\n')}\r\n`;
}

function inJapanese(kind: ReportKind, one: OwedReport): string[] {
  const { what, todo } = explainStatus(one.status);
  return [
    `宛先: ${addressOf(one)}`,
    ...(kind === 'failure' ? [`何が起きたか: ${what.ja}`, `すること: ${todo.ja}`] : []),
    ...(one.host === null ? [] : [`相手のサーバー: ${quietLine(one.host, 255)}`]),
    ...quoted('相手のサーバーの応答:', one.reply),
    '',
  ];
}

function inEnglish(kind: ReportKind, one: OwedReport): string[] {
  const { what, todo } = explainStatus(one.status);
  return [
    `Recipient: ${addressOf(one)}`,
    ...(kind === 'failure' ? [`What happened: ${what.en}`, `What to do: ${todo.en}`] : []),
    ...(one.host === null ? [] : [`Next server: ${quietLine(one.host, 255)}`]),
    ...quoted('Its answer:', one.reply),
    '',
  ];
}

const quoted = (label: string, reply: string | null) => (reply === null ? [] : [label, `> ${quietLine(reply, WORDS)}`]);

const addressOf = (one: OwedReport) => quietLine(formatAddress(one.forwardPath.address), 320);

/** A time as people here read it: `2026-11-20 21:04:31 JST`. */
function formatJst(time: number): string {
  return `${new Date(time + 9 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')} JST`;
}

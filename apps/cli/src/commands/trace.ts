import type { StepView, TraceView } from '@sekisho/api';
import { parseSpoolId } from '@sekisho/terms';
import { part } from '../client/api-client.ts';
import type { Command, Context } from '../command.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../output/plain.ts';
import { formatSize } from '../output/sizes.ts';
import { padded } from '../output/width.ts';
import { tenantsOf } from './every-tenant.ts';
import { numberOption, PAGE_OPTIONS, timeOption } from './shared.ts';

const STAGES: Readonly<Record<StepView['stage'], { ja: string; en: string }>> = {
  gateway: { ja: '受付', en: 'gateway' },
  inspection: { ja: '検査', en: 'inspection' },
  policy: { ja: '処置', en: 'policy' },
  archive: { ja: '保存', en: 'archive' },
  holding: { ja: '隔離', en: 'holding' },
  delivery: { ja: '配送', en: 'delivery' },
};

const forwardPathOf = ({ detail }: StepView) =>
  typeof detail['forwardPath'] === 'string' ? `${detail['forwardPath']}: ` : '';

function dispositionOf({ what, detail }: StepView): string {
  return what === 'decided' ? `${detail['disposition']} (${detail['rule']}) ` : '';
}

function showTrace(context: Context, tenant: string, { message, steps, queue }: TraceView): void {
  const { out } = context.streams;
  const { text, time } = context;
  out(`${message.id}  ${tenant}  ${formatSize(message.sizeOctets)}  ${plain(message.subject)}\n`);
  out(`  ${plain(message.from)} → ${plain(message.to)}${message.messageId ? `  <${plain(message.messageId)}>` : ''}\n`);
  const width = context.language === 'ja' ? 6 : 10;
  for (const step of steps)
    out(
      `  ${time(step.at)}  ${padded(text(STAGES[step.stage]), width)}  ${plain(forwardPathOf(step) + dispositionOf(step) + text(step.why))}\n`,
    );
  for (const row of queue)
    if (row.state === 'waiting' || row.state === 'leased')
      out(
        `  ${time(row.dueAt)}  ${padded(text(STAGES.delivery), width)}  ${plain(row.address)}: ${text(
          row.state === 'leased'
            ? { ja: 'いま試みている(この時刻まで)', en: 'is being attempted, until then' }
            : { ja: `次の試み(これまで ${row.attempts} 回)`, en: `next attempt (${row.attempts} so far)` },
        )}\n`,
      );
}

/** What a message is called: its id here, or the header field Message-ID. */
function named(text: string): { message: string } | { messageId: string } | undefined {
  if (text === '') return undefined;
  return parseSpoolId(text) ? { message: text } : { messageId: text };
}

export const traceCommand: Command = {
  name: 'trace',
  about: {
    ja: 'メールに何が起きたかを、時刻と理由とともに示す',
    en: 'show every step of a message, with time and reason',
  },
  positionals: [
    {
      name: 'MESSAGE',
      about: { ja: 'メッセージの ID、または Message-ID', en: 'the id of a message, or its Message-ID' },
      isOptional: true,
    },
  ],
  options: {
    tenant: { value: 'TENANT', about: { ja: 'テナント(省略時はすべて)', en: 'in one tenant (default: all)' } },
    sender: { value: 'ADDRESS', about: { ja: '差出人', en: 'sender' } },
    recipient: { value: 'ADDRESS', about: { ja: '宛先', en: 'recipient' } },
    from: { value: 'TIME', about: { ja: 'この時刻以降', en: 'received at or after' } },
    until: { value: 'TIME', about: { ja: 'この時刻より前', en: 'received before' } },
    limit: PAGE_OPTIONS.limit,
    cursor: PAGE_OPTIONS.cursor,
  },
  example: 'sekisho trace --recipient hanako@kumo.example --from "2026-11-20 09:00"',
  isReader: true,
  async run(context) {
    const query = {
      ...named(context.place('MESSAGE')),
      sender: context.option('sender'),
      recipient: context.option('recipient'),
      from: timeOption(context, 'from'),
      until: timeOption(context, 'until'),
      limit: numberOption(context, 'limit'),
      cursor: context.option('cursor'),
    };
    if (Object.entries(query).every(([name, value]) => name === 'limit' || value === null || value === undefined))
      throw new UsageError(
        { ja: 'どのメールかを指定してください', en: 'Cannot trace without knowing which message' },
        'trace',
      );
    const found: { tenant: string; traces: TraceView[]; cursor: number | null }[] = [];
    for (const tenant of await tenantsOf(context, context.option('tenant'))) {
      const page = await context.api.get<{ traces: TraceView[]; cursor: number | null }>(
        `/tenants/${part(tenant)}/trace`,
        query,
      );
      if (page.traces.length > 0) found.push({ tenant, ...page });
    }
    context.print(found, () => {
      for (const { tenant, traces } of found) for (const trace of traces) showTrace(context, tenant, trace);
      for (const { tenant, cursor } of found)
        if (cursor !== null)
          context.say({
            ja: `続きがあります: --tenant ${tenant} --cursor ${cursor}`,
            en: `There are more: --tenant ${tenant} --cursor ${cursor}`,
          });
    });
    if (found.length > 0) return EXIT.good;
    context.say({ ja: '該当するメールはありません', en: 'no such message' });
    return EXIT.notFound;
  },
};

import { z } from '@hono/zod-openapi';
import type { Trace } from '@sekisho/archive';
import type { HistoryStep, QueueRow } from '@sekisho/delivery';
import type { HeldStep } from '@sekisho/holding';
import { formatAddress, type Sentence } from '@sekisho/terms';
import { queueRowView, viewQueueRow } from './queue-row.ts';
import { sentenceView } from './actor.ts';
import { messageView, viewMessage } from './message.ts';
import { iso, timeView } from './times.ts';

/** One thing that happened to a message. */
export const stepView = z
  .object({
    at: timeView,
    stage: z.enum(['gateway', 'inspection', 'policy', 'archive', 'holding', 'delivery']),
    what: z.string().openapi({ example: 'decided' }),
    why: sentenceView,
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  })
  .openapi('TraceStep');

export type StepView = z.infer<typeof stepView>;

/** A message with everything that happened to it, and where its recipients stand. */
export const traceView = z
  .object({
    message: messageView,
    steps: z.array(stepView),
    queue: z.array(queueRowView),
    facts: z.array(z.object({ name: z.string(), value: z.unknown() })),
  })
  .openapi('Trace');

export type TraceView = z.infer<typeof traceView>;

const STAGES = { received: 'gateway', inspected: 'inspection', decided: 'policy', journalled: 'archive' } as const;

/** The steps of all rooms in the order of time. */
export function viewTrace(
  { message, steps, facts }: Trace,
  held: readonly HeldStep[],
  attempts: readonly HistoryStep[],
  rows: readonly QueueRow[],
): TraceView {
  const all: { at: number; view: Omit<StepView, 'at'> }[] = [
    ...steps.map(({ at, what, why, detail }) => ({
      at,
      view: { stage: STAGES[what], what, why, detail: { ...detail } },
    })),
    ...held.map((step) => ({ at: step.at, view: heldStep(step) })),
    ...attempts.map((step) => ({ at: step.endedAt, view: deliveryStep(step) })),
  ];
  return {
    message: viewMessage(message),
    steps: all.sort((a, b) => a.at - b.at).map(({ at, view }) => ({ at: iso(at), ...view })),
    queue: rows.map(viewQueueRow),
    facts: facts.map(({ name, value }) => ({ name, value })),
  };
}

const HELD: Readonly<Record<HeldStep['what'], Sentence>> = {
  opened: { ja: '隔離した', en: 'held' },
  released: { ja: '解放した', en: 'released' },
  deleted: { ja: '削除した(配送しない)', en: 'given up: never delivered' },
  expired: { ja: '期限が来たので削除した(配送しない)', en: 'the deadline came: never delivered' },
};

function heldStep({ what, position, by, note, forced }: HeldStep): Omit<StepView, 'at'> {
  const { ja, en } = HELD[what];
  const who = by && by.kind !== 'system' ? { ja: `(${by.name})`, en: ` by ${by.name}` } : { ja: '', en: '' };
  const force = forced ? { ja: '、強制', en: ', by force' } : { ja: '', en: '' };
  const why = note === '' ? '' : `: ${note}`;
  return {
    stage: 'holding',
    what,
    why: { ja: ja + who.ja + force.ja + why, en: en + who.en + force.en + why },
    detail: { recipient: position },
  };
}

const OUTCOMES: Readonly<Record<HistoryStep['outcome'], Sentence>> = {
  delivered: { ja: '配送した', en: 'delivered' },
  deferred: { ja: 'まだ配送できない。あとで再び試みる', en: 'not delivered yet: it is tried again' },
  failed: { ja: '配送できなかった', en: 'could not be delivered' },
  unknown: { ja: '試みの途中で担当が止まった。もう一度試みる', en: 'the attempt was cut off: it is tried again' },
  cancelled: { ja: '配送をやめた', en: 'delivery was stopped' },
  requeued: { ja: '再び配送することにした', en: 'delivery is attempted anew' },
};

function deliveryStep(step: HistoryStep): Omit<StepView, 'at'> {
  const { ja, en } = OUTCOMES[step.outcome];
  const host = step.host ?? step.ip;
  const [inJa, inEn] = host ? [`(${host})`, ` (${host})`] : ['', ''];
  const reply = step.reply ? `: ${step.reply}` : '';
  const { recipient, address, ip, tls, status, startedAt } = step;
  return {
    stage: 'delivery',
    what: step.outcome,
    why: { ja: `${ja}${inJa}${reply}`, en: `${en}${inEn}${reply}` },
    detail: { recipient, forwardPath: formatAddress(address), ip, tls, status, startedAt: iso(startedAt) },
  };
}

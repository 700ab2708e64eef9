import type { Random } from '@sekisho/ports';
import { replyWords } from '../client/session.ts';
import type { RecipientAnswer } from '../client/transaction.ts';
import type { DeliveryLimits } from '../limits.ts';
import type { Lease } from '../queue/recipient.ts';
import type { AttemptResult } from '../queue/settle.ts';
import { nextAttempt } from '../retry/next-attempt.ts';

/** What becomes of a recipient: how it is settled, in whose words. */
export interface Judgement {
  readonly outcome: AttemptResult['outcome'];
  readonly status: string | null;
  readonly reply: string;
}

/** What judging needs beside the answer. */
export interface JudgeView {
  readonly limits: Pick<DeliveryLimits, 'retry' | 'delayReportMs'>;
  readonly now: number;
  readonly random: Random;
}

/** A transaction as far as it matters to one of its recipients. */
export interface AboutTransaction {
  readonly dsnAware: boolean;
  /** Another recipient of the transaction was let in. */
  readonly othersAccepted: boolean;
}

/** Decides about a recipient from the last word about it; `null`: nothing is known and the lease is not ours. */
export function judge(
  lease: Lease,
  answer: RecipientAnswer,
  about: AboutTransaction,
  view: JudgeView,
): Judgement | null {
  if (answer.kind === 'fenced') return null;
  if (answer.kind === 'lost') return tryLater(lease, '4.4.2', answer.text, view);
  if (answer.kind === 'unsendable')
    return { outcome: { kind: 'failed', cause: 'local' }, status: answer.status, reply: answer.text };
  const { reply, stage } = answer;
  const words = replyWords(reply);
  const kind = Math.floor(reply.code / 100);
  const status = reply.enhanced?.startsWith(`${kind}.`) ? reply.enhanced : `${kind}.0.0`;
  if (kind === 2 && stage === 'end-of-data')
    return { outcome: { kind: 'delivered', dsnAware: about.dsnAware }, status, reply: words };
  const isTooMany = stage === 'rcpt' && (reply.code === 452 || reply.code === 552) && about.othersAccepted;
  if (isTooMany) return postpone(lease, view.now, words, view);
  if (kind === 5) return { outcome: { kind: 'failed', cause: 'remote' }, status, reply: words };
  return tryLater(lease, status, words, view);
}

/** An attempt that reached nobody's decision: again after the schedule's wait, or never when its time is over. */
export function tryLater(lease: Lease, status: string, reply: string, view: JudgeView): Judgement {
  const waited = { attempts: lease.attempts + 1, queuedAt: lease.queuedAt, now: view.now };
  const dueAt = nextAttempt(view.limits.retry, waited, view.random);
  if (dueAt === null) return expired(reply);
  return { outcome: { kind: 'deferred', dueAt, delayed: isDelayed(lease, view) }, status, reply };
}

/** Nobody was asked: again at a given time, or never when the time in the queue is over. */
export function postpone(lease: Lease, dueAt: number, reply: string, view: JudgeView): Judgement {
  const end = lease.queuedAt + view.limits.retry.lifetimeMs;
  if (view.now >= end) return expired(reply);
  const outcome = { kind: 'postponed', dueAt: Math.min(dueAt, end), delayed: isDelayed(lease, view) } as const;
  return { outcome, status: null, reply };
}

const expired = (reply: string): Judgement => ({
  outcome: { kind: 'failed', cause: 'expired' },
  status: '4.4.7',
  reply,
});

const isDelayed = (lease: Lease, view: JudgeView) => view.now - lease.queuedAt >= view.limits.delayReportMs;

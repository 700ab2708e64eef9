import type { Actor, ForwardPath, TenantId } from '@sekisho/terms';
import { type AnswerOf, dispatchHere, type Durability, type QuestionOf } from '@sekisho/tenants';
import { openTestStores } from '@sekisho/tenants/testing';
import { commands } from '../queue/commands.ts';
import { enqueue, type QueuedRecipient } from '../queue/enqueue.ts';
import { migrations } from '../queue/migrations.ts';
import type { Lease, QueuedEnvelope } from '../queue/recipient.ts';
import type { AttemptResult } from '../queue/settle.ts';

type Commands = typeof commands;

const by: Actor = { kind: 'operator', name: 'keiko' };

/** A queue in a real database of two tenants, and short ways to ask it. */
export async function openTestQueue() {
  const test = await openTestStores(migrations);
  const dispatch = dispatchHere(test.stores, { delivery: commands });
  const ask = <C extends keyof Commands>(command: C, question: QuestionOf<Commands[C]>, tenant = test.tenant) =>
    dispatch(tenant, 'delivery', command, question, by) as Promise<AnswerOf<Commands[C]>>;
  return {
    ...test,
    ask,
    put: (message: string, to: readonly string[], more: PutOptions = {}) =>
      test.stores.transact(more.tenant ?? test.tenant, more.durability ?? 'full', (tx, context) =>
        enqueue(tx, { message, envelope: testEnvelope(more.envelope), recipients: to.map(recipientAt(more)) }, context),
      ),
    claim: (more: Partial<QuestionOf<Commands['claim']>> = {}, tenant?: TenantId) =>
      ask('claim', { limit: 50, leaseMs: 60_000, owner: 'run-1', ...more }, tenant),
    settle: (lease: Lease, outcome: AttemptResult['outcome'], more: Partial<AttemptResult> = {}) =>
      ask('settle', { results: [testResult(lease, outcome, more)] }),
    rows: async (message: string) => (await ask('list', { message })).rows,
  };
}

interface PutOptions {
  readonly envelope?: Partial<QueuedEnvelope>;
  readonly durability?: Durability;
  readonly tenant?: TenantId;
  readonly path?: Partial<ForwardPath>;
}

/** A submission by hanako@example.jp. */
export function testEnvelope(more: Partial<QueuedEnvelope> = {}): QueuedEnvelope {
  return {
    direction: 'submission',
    reversePath: { localPart: 'hanako', domain: 'example.jp' },
    smtpUtf8: false,
    body: '7bit',
    ret: null,
    envelopeId: null,
    sizeOctets: 100,
    receivedAt: 0,
    ...more,
  };
}

/** The result of an attempt. */
export function testResult(
  { message, recipient, lease }: Pick<Lease, 'message' | 'recipient' | 'lease'>,
  outcome: AttemptResult['outcome'],
  more: Partial<AttemptResult> = {},
): AttemptResult {
  const words = { host: 'mx.example.net', ip: '192.0.2.1', tls: 'clear', status: null, reply: 'words' };
  return { message, recipient, lease, outcome, startedAt: 0, ...words, ...more };
}

const recipientAt =
  (more: PutOptions) =>
  (address: string, index: number): QueuedRecipient => {
    const [localPart = '', domain = 'example.net'] = address.split('@');
    return { index, forwardPath: { address: { localPart, domain }, ...more.path } };
  };

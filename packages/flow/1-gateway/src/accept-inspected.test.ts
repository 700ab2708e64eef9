import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Disposition, Plan } from '@sekisho/terms';
import type { AcceptPort } from './ports.ts';
import { memoryAccept, openTestGateway, TENANT_A, tableDirectory, TestClient } from './testing.ts';

const REJECT: Disposition = { kind: 'reject', reply: { code: 550, enhanced: '5.7.1', text: 'Not wanted' } };
const DELIVER: Disposition = { kind: 'deliver' };

const planOf = (...dispositions: Disposition[]): Plan => ({
  policyVersion: '1',
  decidedAt: 0,
  decisions: dispositions.map((disposition) => ({
    forwardPath: { localPart: 'x', domain: 'x.example' },
    disposition,
    transformations: [],
    rule: 'r',
    why: { ja: '', en: '' },
  })),
});

async function dialInspected(
  t: { after(done: () => void): void },
  inspectBeforeReply: NonNullable<AcceptPort['inspectBeforeReply']>,
) {
  const ends: string[] = [];
  const kept = memoryAccept();
  const accept = {
    ...kept,
    inspectBeforeReply,
    beginProvisional: (...given: Parameters<AcceptPort['beginProvisional']>) => {
      const provisional = kept.beginProvisional(...given) as Awaited<ReturnType<AcceptPort['beginProvisional']>>;
      return {
        ...provisional,
        accept: () => {
          ends.push('accept');
          return provisional.accept();
        },
        void: () => {
          ends.push('void');
          return provisional.void();
        },
      };
    },
  };
  const domain = (inspect: boolean) =>
    ({ tenant: TENANT_A, recipientMode: 'accept-all', inspectBeforeReply: inspect }) as const;
  const directory = tableDirectory({ domains: { 'before.example': domain(true), 'after.example': domain(false) } });
  const opened = await openTestGateway({ accept, directory, limits: { inspectionDeadlineMs: 50 } });
  const client = await TestClient.dial(opened.port);
  t.after(() => client.close());
  t.after(() => void opened.gateway.close());
  await client.say('EHLO c');
  const send = async (...recipients: string[]) => {
    await client.codes('MAIL FROM:<>', ...recipients.map((each) => `RCPT TO:<${each}>`), 'DATA');
    return client.say('x\r\n.');
  };
  return { ...opened, send, ends, kept };
}

test('a message is rejected in session when the plan rejects it for every forward-path', async (t) => {
  const { send, ends } = await dialInspected(t, async () => planOf(REJECT, REJECT));
  assert.equal(await send('a@before.example', 'b@before.example'), '550 5.7.1 Not wanted');
  assert.deepEqual(ends, ['void']);
});

test('a message is accepted when one forward-path is not rejected', async (t) => {
  const { send, ends } = await dialInspected(t, async () => planOf(REJECT, DELIVER));
  assert.match(await send('a@before.example', 'b@before.example'), /^250/);
  assert.deepEqual(ends, ['accept']);
});

test('a message is not inspected first when one domain does not ask for it', async (t) => {
  const { send, ends, kept } = await dialInspected(t, () => assert.fail('inspected'));
  assert.match(await send('a@before.example', 'b@after.example'), /^250/);
  assert.deepEqual([ends, kept.messages[0]!.way], [[], 'append']);
});

test('an inspection that takes too long accepts, and is told that nobody waits any more', async (t) => {
  let aborted = false;
  const { send, ends, log } = await dialInspected(t, (_, __, signal) => {
    signal.addEventListener('abort', () => (aborted = true));
    return new Promise(() => undefined);
  });
  assert.match(await send('a@before.example'), /^250/);
  assert.deepEqual([ends, aborted], [['accept'], true]);
  assert.ok(log.events.some((each) => each.event === 'gateway.inspection-overdue'));
});

test('an inspection that fails accepts', async (t) => {
  const { send, ends } = await dialInspected(t, async () => {
    throw new Error('scanner is away');
  });
  assert.match(await send('a@before.example'), /^250/);
  assert.deepEqual(ends, ['accept']);
});

test('a plan with fewer decisions than forward-paths rejects nothing', async (t) => {
  const { send } = await dialInspected(t, async () => planOf(REJECT));
  assert.match(await send('a@before.example', 'b@before.example'), /^250/);
});

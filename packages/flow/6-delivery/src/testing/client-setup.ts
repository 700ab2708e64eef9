import type { ForwardPath } from '@sekisho/terms';
import { openSession, type SessionOptions } from '../client/session.ts';
import type { Transaction } from '../client/transaction.ts';
import { defaultSessionLimits, type SessionLimits, type StageDeadlines } from '../limits.ts';
import { onlyLoopback } from '../next-hop/guard.ts';

/** Deadlines short enough for a test, the same at each stage. */
export function quickLimits(ms = 300, more: Partial<SessionLimits> = {}): SessionLimits {
  const names = Object.keys(defaultSessionLimits.deadlines) as (keyof StageDeadlines)[];
  const deadlines = Object.fromEntries(names.map((name) => [name, ms])) as unknown as StageDeadlines;
  return { ...defaultSessionLimits, ...more, deadlines };
}

/** Opens a session with a server of this test. */
export function openTestSession(port: number, more: Partial<SessionOptions> = {}) {
  return openSession({
    target: { host: 'sink.example', address: '127.0.0.1', port },
    tls: 'none',
    trust: {},
    helloName: 'relay.example',
    guard: onlyLoopback,
    limits: quickLimits(),
    ...more,
  });
}

/** A forward-path at `example.net`. */
export const to = (localPart: string): ForwardPath => ({ address: { localPart, domain: 'example.net' } });

/** A small transaction. */
export function testTransaction(more: Partial<Transaction> = {}): Transaction {
  return {
    envelope: {
      reversePath: { localPart: 'hanako', domain: 'example.jp' },
      smtpUtf8: false,
      body: '7bit',
      ret: null,
      envelopeId: null,
    },
    recipients: [to('taro')],
    content: [Buffer.from('Subject: test\r\n\r\n'), Buffer.from('.one dot\r\n..two\r\nend\r\n')],
    isStillOurs: () => true,
    ...more,
  };
}

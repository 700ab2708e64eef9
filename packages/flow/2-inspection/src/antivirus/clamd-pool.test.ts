import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '@sekisho/ports';
import { type ClamdAnswer, speakClamd } from '../testing/speak-clamd.ts';
import { ClamdPool } from './clamd-pool.ts';

const LIMITS = { connections: 2, connectMs: 1000, deadlineMs: 1000, octets: 1000 };

async function withPool(
  answer: ClamdAnswer,
  body: (pool: ClamdPool, clamd: Awaited<ReturnType<typeof speakClamd>>) => Promise<void>,
  limits: Partial<typeof LIMITS> = {},
) {
  await using clamd = await speakClamd(answer);
  const pool = new ClamdPool(clamd.address, { ...LIMITS, ...limits }, systemClock());
  try {
    await body(pool, clamd);
  } finally {
    pool.close();
  }
}

const clean: ClamdAnswer = (_stream, number) => `${number}: stream: OK\0`;
const unscannable = (reason: string) => ({ state: 'unscannable', reason });

test('ClamdPool sends the octets as they are and keeps its connections', () =>
  withPool(clean, async (pool, clamd) => {
    for (let i = 0; i < 5; i++) assert.deepEqual(await pool.scan(Buffer.from(`mail ${i}`)), { state: 'clean' });
    assert.deepEqual(await pool.scan(Buffer.alloc(0)), { state: 'clean' });
    assert.equal(clamd.connections.length, 1);
    assert.deepEqual(clamd.streams.map(String), ['mail 0', 'mail 1', 'mail 2', 'mail 3', 'mail 4', '']);
  }));

test('ClamdPool never opens more connections than it may, and answers each scan with its own verdict', () =>
  withPool(
    (stream, number) => `${number}: stream: ${stream.toString() === 'bad' ? 'Sekisho.Marker FOUND' : 'OK'}\0`,
    async (pool, clamd) => {
      const verdicts = await Promise.all(
        Array.from({ length: 20 }, (_, i) => pool.scan(Buffer.from(i % 3 ? 'ok' : 'bad'))),
      );
      assert.deepEqual(
        verdicts.map((one) => one.state),
        Array.from({ length: 20 }, (_, i) => (i % 3 ? 'clean' : 'infected')),
      );
      assert.equal(clamd.connections.length, 2);
    },
  ));

test('ClamdPool does not send what is too large', () =>
  withPool(clean, async (pool, clamd) => {
    assert.deepEqual(await pool.scan(Buffer.alloc(1001)), unscannable('too-large'));
    assert.equal(clamd.streams.length, 0);
  }));

test('ClamdPool gives up at its deadline, also while it waits for a connection', () =>
  withPool(
    () => null,
    async (pool) => {
      const verdicts = await Promise.all([1, 2, 3].map(() => pool.scan(Buffer.from('x'))));
      assert.deepEqual(verdicts, Array(3).fill(unscannable('deadline')));
    },
    { deadlineMs: 60 },
  ));

test('ClamdPool takes garbage, foreign numbers, endless and doubled replies for no answer', async () => {
  const answers: ClamdAnswer[] = [
    () => 'garbage\0',
    () => '7: stream: OK\0',
    () => '1: stream: OK\x001: stream: OK\0',
    () => 'x'.repeat(10_000),
    () => 'stream: OK\0',
    () => '1: stream: maybe\0',
  ];
  for (const answer of answers) {
    await withPool(answer, async (pool) =>
      assert.deepEqual(await pool.scan(Buffer.from('x')), unscannable('bad-reply')),
    );
  }
});

test('ClamdPool says "connection-lost" when clamd goes away in the middle, and recovers', () => {
  let calls = 0;
  return withPool(
    (_stream, number, socket) => {
      calls += 1;
      if (calls > 1) return `${number}: stream: OK\0`;
      socket.destroy();
      return null;
    },
    async (pool) => {
      assert.deepEqual(await pool.scan(Buffer.from('x')), unscannable('connection-lost'));
      assert.deepEqual(await pool.scan(Buffer.from('x')), { state: 'clean' });
    },
  );
});

test('ClamdPool asks a fresh connection once when a kept one had been closed by clamd', () =>
  withPool(clean, async (pool, clamd) => {
    await pool.scan(Buffer.from('1'));
    clamd.connections[0]!.destroy();
    assert.deepEqual(await pool.scan(Buffer.from('2')), { state: 'clean' });
    assert.equal(clamd.connections.length, 2);
  }));

test('ClamdPool says "unreachable" when nobody listens', async () => {
  const clamd = await speakClamd(clean);
  await clamd.close();
  for (const address of [clamd.address, { socket: '/nonexistent/clamd.sock' }]) {
    const pool = new ClamdPool(address, LIMITS, systemClock());
    assert.deepEqual(await pool.scan(Buffer.from('x')), unscannable('unreachable'));
    pool.close();
  }
});

test('ClamdPool passes a reply about a size limit on as unscannable', () =>
  withPool(
    (_stream, number) => `${number}: INSTREAM size limit exceeded. ERROR\0`,
    async (pool) => assert.deepEqual(await pool.scan(Buffer.from('x')), unscannable('too-large')),
  ));

test('ClamdPool answers waiting scans when it is closed', () =>
  withPool(
    () => null,
    async (pool) => {
      const scans = [1, 2, 3].map(() => pool.scan(Buffer.from('x')));
      await new Promise((resolve) => setTimeout(resolve, 20));
      pool.close();
      assert.deepEqual(await Promise.all(scans), Array(3).fill(unscannable('closed')));
    },
  ));

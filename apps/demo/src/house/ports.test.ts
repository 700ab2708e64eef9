import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { choosePorts } from './ports.ts';

async function takenPort() {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address);
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { port: address.port, [Symbol.asyncDispose]: close };
}

test('choosePorts() refuses a port that the environment names and somebody has', async () => {
  await using taken = await takenPort();
  const env = { SEKISHO_SMTP_PORT: String(taken.port) };
  await assert.rejects(choosePorts(env), { id: 'demo.port-taken' });
  await assert.rejects(choosePorts({ SEKISHO_HTTP_PORT: 'http' }), { id: 'demo.usage' });
});

test('choosePorts() gives every listener a port that is free', async () => {
  const any = { SEKISHO_SMTP_PORT: '0', SEKISHO_SUBMISSION_PORT: '0', SEKISHO_SUBMISSIONS_PORT: '0' };
  const chosen = await choosePorts({ ...any, SEKISHO_HTTP_PORT: '0' });
  assert.deepEqual(
    chosen.map(({ name }) => name),
    ['smtp', 'submission', 'submissions', 'http'],
  );
  assert.ok(chosen.every(({ port, instead }) => port > 0 && instead === null));
});

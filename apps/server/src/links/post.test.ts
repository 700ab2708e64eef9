import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { post, unpack } from './post.ts';

test('post() keeps Buffers as Buffers, also small ones of a shared pool', async () => {
  const { port1, port2 } = new MessageChannel();
  const key = Buffer.from('00ff', 'hex');
  post(port1, { key, many: [Buffer.alloc(70_000, 7)] });
  const [octets] = (await once(port2, 'message')) as [Uint8Array];
  const message = unpack(octets) as { key: Buffer; many: Buffer[] };
  assert.equal(message.key.toString('hex'), '00ff');
  assert.equal(message.many[0]!.length, 70_000);
  assert.equal(key.toString('hex'), '00ff', 'the sender keeps what it sent');
  port1.close();
});

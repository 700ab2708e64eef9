import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { serialize } from 'node:v8';
import { FRAME_LIMIT_OCTETS, frameLink, frameReader } from './frame-link.ts';

async function pair() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const near = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [far] = (await once(server, 'connection')) as [Socket];
  server.close();
  return { near, far };
}

test('frameLink() delivers messages in order and whole', async () => {
  const { near, far } = await pair();
  const faults: Error[] = [];
  const left = frameLink<unknown, unknown>(near, (error) => faults.push(error));
  const right = frameLink<unknown, unknown>(far, (error) => faults.push(error));
  const got: unknown[] = [];
  const all = new Promise<void>((resolve) => {
    right.onMessage = (message) => {
      got.push(message);
      if (got.length === 300) resolve();
    };
  });
  for (let i = 0; i < 300; i++) left.send({ i, body: Buffer.alloc(i * 37, i) });
  await all;
  for (const [i, message] of got.entries()) assert.deepEqual(message, { i, body: Buffer.alloc(i * 37, i) });
  left.close();
  await right.closed;
  right.close();
  assert.deepEqual(faults, []);
});

test('frameReader() reads frames cut at any octet', () => {
  const body = serialize({ hello: '関所' });
  const head = Buffer.alloc(4);
  head.writeUInt32LE(body.length);
  const stream = Buffer.concat([head, body, head, body]);
  for (let cut = 0; cut <= stream.length; cut++) {
    const got: unknown[] = [];
    const read = frameReader(
      (message) => got.push(message),
      () => assert.fail(),
    );
    read(stream.subarray(0, cut));
    read(stream.subarray(cut));
    assert.deepEqual(got, [{ hello: '関所' }, { hello: '関所' }]);
  }
});

test('frameReader() refuses a frame over the limit before reading it', () => {
  const faults: Error[] = [];
  const read = frameReader(
    () => assert.fail(),
    (error) => faults.push(error),
  );
  const head = Buffer.alloc(4);
  head.writeUInt32LE(FRAME_LIMIT_OCTETS + 1);
  read(head);
  assert.match(faults[0]!.message, /limit/);
});

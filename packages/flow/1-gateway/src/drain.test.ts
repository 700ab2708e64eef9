import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, openTestGateway, TestClient } from './testing.ts';

const TO_DATA = ['EHLO c', 'MAIL FROM:<>', 'RCPT TO:<taro@a.example>', 'DATA'];

test('drain() ends idle sessions with 421 and lets a message under way finish', async () => {
  const { gateway, port, messages } = await openTestGateway();
  const idle = await TestClient.dial(port);
  const between = await TestClient.dial(port);
  await between.codes('EHLO c', 'MAIL FROM:<>');
  const sending = await TestClient.dial(port);
  await sending.codes(...TO_DATA);
  const drained = gateway.drain(5000);
  assert.deepEqual((await idle.rest()).map(codeOf), ['421 4.3.2']);
  assert.deepEqual((await between.rest()).map(codeOf), ['421 4.3.2']);
  sending.send('x\r\n.\r\nMAIL FROM:<>\r\n');
  assert.deepEqual((await sending.rest()).map(codeOf), ['250 2.0.0', '421 4.3.2']);
  await drained;
  assert.equal(messages.length, 1);
  assert.equal(await (await TestClient.dial(port)).reply(), 'closed');
});

test('drain() drops at its deadline what has not finished', async () => {
  const { gateway, port } = await openTestGateway();
  const sending = await TestClient.dial(port);
  await sending.codes(...TO_DATA);
  await gateway.drain(30);
  assert.deepEqual(await sending.rest(), []);
});

test('close() frees the ports at once', async () => {
  const { gateway, port } = await openTestGateway();
  await gateway.close();
  const again = await openTestGateway({ listeners: [{ name: 'smtp', host: '127.0.0.1', port }] });
  await again.gateway.close();
});

test('a gateway that cannot have one of its ports opens none', async () => {
  const { gateway, port } = await openTestGateway();
  const listeners = [0, port].map((each) => ({ name: 'smtp', host: '127.0.0.1', port: each }) as const);
  await assert.rejects(openTestGateway({ listeners }), { code: 'EADDRINUSE' });
  await gateway.close();
});

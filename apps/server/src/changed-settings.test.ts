import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { TestClient } from '@sekisho/gateway/testing';
import { TestHouse } from './testing.ts';

const BY = { kind: 'operator', name: 'test' } as const;

let house: TestHouse;

before(async () => {
  house = await TestHouse.prepare({
    tenants: {
      aoba: {
        domains: {
          'aoba.test': { nextHop: [{ host: '127.0.0.1', port: 9 }], tls: 'none', recipients: ['taro@aoba.test'] },
        },
      },
    },
  });
  await house.start();
});

after(() => house[Symbol.asyncDispose]());

/** Sets a value as an operator does, over the socket of the running house. */
async function set(name: string, value: unknown, tenant?: string): Promise<void> {
  const path = `/api/v1${tenant === undefined ? '' : `/tenants/${tenant}`}/settings/${name}`;
  const asked = request({
    socketPath: join(house.folder, 'data', 'run', 'api.sock'),
    method: 'PUT',
    path,
    headers: { 'content-type': 'application/json' },
  });
  const status = await new Promise((resolve, reject) => {
    asked.on('response', (answer) => resolve(answer.resume().statusCode)).on('error', reject);
    asked.end(JSON.stringify({ value }));
  });
  assert.equal(status, 200);
}

async function dial(): Promise<TestClient> {
  const client = new TestClient(connect({ port: house.ports.smtp, host: '127.0.0.1' }));
  await client.reply();
  return client;
}

async function send(subject: string): Promise<void> {
  const client = await dial();
  await client.codes('EHLO c.test', 'MAIL FROM:<a@b.test>', 'RCPT TO:<taro@aoba.test>', 'DATA');
  assert.match(await client.say(`Subject: ${subject}\r\n\r\n${'a line\r\n'.repeat(5000)}signature\r\n.`), /^250 /);
  client.close();
}

test('changed settings hold without a restart, for the next session, message and batch', async () => {
  await send('greeting before');
  await house.settled();
  await set('smtp.message-octets', 100_000);
  await set('inspection.indexed-characters', 16_384);
  await set('archive.retention-class', 'ten-years', 'aoba');
  await house.until(async () => {
    const client = await dial();
    const said = await client.say('EHLO c.test');
    client.close();
    return said.includes('SIZE 100000');
  });
  await send('greeting after');
  await house.settled();
  await house.stop();
  await using stopped = await house.open();
  const tenant = house.tenants['aoba']!;
  const found = async (query: string) => {
    const { messages } = await stopped.dispatch(tenant, 'archive', 'search', { query }, BY);
    const sources = messages.map(async ({ spoolId, subject }) => {
      const source = await stopped.dispatch(tenant, 'archive', 'source', { spoolId }, BY);
      return `${subject}: ${source!.place.pack.split('.')[0]}`;
    });
    return (await Promise.all(sources)).sort();
  };
  assert.deepEqual(await found('greeting'), ['greeting after: ten-years', 'greeting before: standard']);
  assert.deepEqual(await found('signature'), ['greeting before: standard']);
});

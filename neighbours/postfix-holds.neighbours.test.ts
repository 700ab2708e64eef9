/** A Postfix that holds all mail: what we say is delivered is on its disk, file for file. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClient } from '@sekisho/gateway/testing';
import { TestHouse } from '@sekisho/server/testing';
import { openPostfix } from './lib/open-postfix.ts';

const MAILS = 60;

test('every mail that we count as delivered is in the hold queue of Postfix once', async () => {
  await using postfix = await openPostfix({ domains: 'hold' });
  const nextHop = [{ host: '127.0.0.1', port: postfix.port }];
  await using house = await TestHouse.prepare({
    tenants: { aoba: { domains: { 'bench.test': { nextHop, tls: 'none', recipientMode: 'accept-all' } } } },
  });
  await house.start();
  const client = await TestClient.dial(house.ports.smtp);
  assert.match(await client.say('EHLO partner.test'), /^250 /);
  for (let n = 0; n < MAILS; n++) {
    await client.codes('MAIL FROM:<a@partner.test>', `RCPT TO:<u${n}@bench.test>`, 'DATA');
    assert.match(await client.say(`Subject: held ${n}\r\n\r\nx\r\n.`), /^250 /);
  }
  client.close();
  await house.until(async () => (await house.metric('sekisho_delivery_attempts_total')) >= MAILS, 30_000);
  await house.stop();
  assert.equal(postfix.held(), MAILS);
  await using open = await house.open();
  const counts = await open.dispatch(
    house.tenants['aoba']!,
    'delivery',
    'counts',
    {},
    { kind: 'operator', name: 'neighbours' },
  );
  assert.deepEqual([counts.waiting, counts.leased, counts.failed], [0, 0, 0]);
});

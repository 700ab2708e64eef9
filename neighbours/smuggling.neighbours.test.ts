/**
 * SMTP smuggling, judged from outside: mail goes through us to Postfix and from there to a server that remembers. Postfix
 * is set to take other line ends for ends of data as it did before 2023, so that whatever we let through would split.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ScriptedServer } from '@sekisho/delivery/testing';
import { TestClient } from '@sekisho/gateway/testing';
import { TestHouse } from '@sekisho/server/testing';
import { smugglingTable } from '@sekisho/smtp/testing';
import { type OpenPostfix, openPostfix } from './lib/open-postfix.ts';

const SMUGGLED = 'Subject: smuggled';
const table = smugglingTable();
/** Rows that are a message, or the end of one: in all others something is no line end, or no text. */
const ACCEPTABLE = [
  'CRLF dot CRLF',
  'CRLF dot CRLF NUL',
  'CRLF dot nothing',
  'nothing dot CRLF',
  'nothing dot nothing',
];
let sink: ScriptedServer;
let postfix: OpenPostfix;
let house: TestHouse;

before(async () => {
  sink = await ScriptedServer.start();
  postfix = await openPostfix({
    domains: { 'aoba.test': sink.port },
    settings: ['smtpd_forbid_bare_newline = no', 'smtpd_forbid_unauth_pipelining = no'],
  });
  const nextHop = [{ host: '127.0.0.1', port: postfix.port }];
  house = await TestHouse.prepare({
    tenants: { aoba: { domains: { 'aoba.test': { nextHop, tls: 'none', recipientMode: 'accept-all' } } } },
    settings: { 'smtp.connections-per-address': 200 },
  });
  await house.start();
});

after(async () => {
  await house?.[Symbol.asyncDispose]();
  await postfix?.[Symbol.asyncDispose]();
  await sink[Symbol.asyncDispose]();
});

const contentOf = (name: string, octets: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`From: <a@partner.test>\r\nSubject: row ${name}\r\n\r\nbefore`),
    octets,
    Buffer.from(
      `MAIL FROM:<admin@aoba.test>\r\nRCPT TO:<victim@aoba.test>\r\nDATA\r\n${SMUGGLED}\r\n\r\nbehind\r\n.\r\nQUIT\r\n`,
    ),
  ]);

/** Sends the octets at once, as an attacker does; the replies from the end of data on, up to the end of the session. */
async function attack(port: number, name: string, octets: Buffer): Promise<string[]> {
  const client = await TestClient.dial(port);
  assert.match(await client.say('EHLO attacker.test'), /^250 /);
  await client.codes('MAIL FROM:<a@partner.test>', `RCPT TO:<${name.replaceAll(' ', '-')}@aoba.test>`);
  assert.match(await client.say('DATA'), /^354 /);
  client.send(contentOf(name, octets));
  return client.rest();
}

const takenBy = (from: number) => sink.messages.slice(from).map(({ content }) => content.toString('latin1'));

test('Postfix alone splits a message at a false end, so this test would see it', async () => {
  const from = sink.messages.length;
  await attack(postfix.port, 'control', Buffer.from('\n.\r\n'));
  await house.until(() => takenBy(from).length >= 2);
  assert.ok(takenBy(from).some((content) => content.includes(`${SMUGGLED}\r\n`) && !content.includes('row control')));
});

test('through us every row of the table arrives as as many messages as were accepted, and none is smuggled', async () => {
  const from = sink.messages.length;
  const accepted: string[] = [];
  for (const { name, octets, isEnd } of table) {
    const replies = await attack(house.ports.smtp, name, octets);
    const taken = replies.filter((reply) => /^250 2\.0\.0 Accepted/.test(reply)).length;
    const data = octets.toString('latin1', 0, isEnd ? octets.indexOf('.') : octets.length);
    if (/\0|\r(?!\n)|(?<!\r)\n/.test(data)) {
      assert.match(replies[0]!, /^554 5\.6\.0 /, name);
      assert.deepEqual(replies.slice(1), [], `${name}: the session ends behind the refusal`);
    }
    if (!isEnd) assert.ok(taken <= 1, `${name}: ${replies}`);
    accepted.push(...Array.from({ length: taken }, () => name));
  }
  await house.settled();
  await house.until(() => takenBy(from).length >= accepted.length);
  const arrived = takenBy(from);
  assert.equal(arrived.length, accepted.length);
  for (const { name } of table) {
    const expected = accepted.filter((one) => one === name).length;
    const own = arrived.filter((content) => content.includes(`Subject: row ${name}\r\n`)).length;
    assert.equal(own, Math.min(1, expected), name);
  }
  assert.deepEqual(new Set(accepted), new Set(ACCEPTABLE));
  const behindTrueEnd = accepted.filter((name) => name === 'CRLF dot CRLF').length - 1;
  const smuggled = arrived.filter(
    (content) => /\r\nSubject: smuggled\r\n/.test(content) && !content.includes('Subject: row'),
  );
  assert.equal(smuggled.length, behindTrueEnd);
});

test('what we deliver reaches the end as it was sent: dots, long lines, no line end but CRLF', async () => {
  const header = ['From: <a@partner.test>', 'To: <b@aoba.test>', 'Message-ID: <1@partner.test>', 'Subject: dots'];
  const lines = [
    ...header,
    'Date: Fri, 20 Nov 2026 12:00:00 +0900',
    '',
    '.',
    '..',
    '.x',
    '',
    '.',
    'y'.repeat(990),
    '',
    '',
  ];
  const raw = lines.join('\r\n');
  const client = await TestClient.dial(house.ports.smtp);
  await client.codes('EHLO partner.test', 'MAIL FROM:<a@partner.test>', 'RCPT TO:<b@aoba.test>', 'DATA');
  client.send(`${raw.replace(/^\./gm, '..')}.\r\n`);
  assert.match(await client.reply(), /^250 /);
  client.close();
  const copies = () => takenBy(0).filter((content) => content.includes('Subject: dots\r\n'));
  await house.until(() => copies().length > 0);
  assert.equal(copies()[0]!.slice(-raw.length), raw);
});

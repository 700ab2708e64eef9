/** Programs that send mail, as their authors wrote them: nodemailer, and swaks where it is installed. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { ScriptedServer } from '@sekisho/delivery/testing';
import { TestHouse } from '@sekisho/server/testing';
import { selfSigned } from '@sekisho/smtp/testing';
import nodemailer from 'nodemailer';

const BY = { kind: 'operator', name: 'neighbours' } as const;
const certificate = selfSigned('mx.sekisho.test');
const tls = { ca: certificate.cert, servername: 'mx.sekisho.test' };
let sink: ScriptedServer;
let house: TestHouse;

before(async () => {
  sink = await ScriptedServer.start();
  const nextHop = [{ host: '127.0.0.1', port: sink.port }];
  house = await TestHouse.prepare({
    tenants: {
      aoba: {
        domains: { 'aoba.test': { nextHop, tls: 'none', recipientMode: 'accept-all' } },
        elsewhere: { nextHop, tls: 'none' },
        trusted: ['127.0.0.0/8'],
      },
    },
    tls: certificate,
  });
  await house.start();
});

after(async () => {
  await house?.[Symbol.asyncDispose]();
  await sink[Symbol.asyncDispose]();
});

const withText = (text: string) => sink.messages.filter(({ content }) => content.includes(text));

for (const { port, secure } of [
  { port: 'smtp', secure: false },
  { port: 'submission', secure: false },
  { port: 'submissions', secure: true },
] as const) {
  test(`nodemailer sends Japanese mail with an attachment over TLS to port ${port}`, async () => {
    const sender = nodemailer.createTransport({
      host: '127.0.0.1',
      port: house.ports[port],
      secure,
      requireTLS: true,
      tls,
    });
    const info = await sender.sendMail({
      envelope: { from: 'taro@aoba.test', to: ['hanako@aoba.test', 'ken@partner.test'] },
      from: '"山田 太郎" <taro@aoba.test>',
      to: '"鈴木 花子" <hanako@aoba.test>',
      subject: `お見積書の送付について ${port}`,
      text: '.\n..\n添付の資料をご確認ください。\n',
      attachments: [{ filename: '見積書.pdf', content: Buffer.alloc(100_000, port) }],
    });
    sender.close();
    assert.match(info.response, /^250 2\.0\.0 Accepted as /);
    assert.deepEqual([...info.accepted].sort(), ['hanako@aoba.test', 'ken@partner.test']);
    await house.until(() => withText(info.messageId).length > 0);
  });
}

test('nodemailer keeps a pool of connections busy', async () => {
  const sender = nodemailer.createTransport({
    host: '127.0.0.1',
    port: house.ports.smtp,
    pool: true,
    maxConnections: 5,
    tls,
  });
  const mails = Array.from({ length: 100 }, (_, n) => ({
    from: 'taro@aoba.test',
    to: `u${n}@aoba.test`,
    subject: `pool ${n}`,
    text: `pooled-${n}-end`,
  }));
  const answers = await Promise.all(mails.map((mail) => sender.sendMail(mail)));
  sender.close();
  assert.ok(answers.every(({ response }) => response.startsWith('250 ')));
  await house.until(() => withText('pooled-').length >= mails.length, 30_000);
  for (const n of mails.keys()) assert.equal(withText(`pooled-${n}-end`).length, 1);
});

test('nodemailer is told of a recipient that is refused', async () => {
  const sender = nodemailer.createTransport({ host: '127.0.0.1', port: house.ports.smtp, tls });
  await assert.rejects(sender.sendMail({ from: 'taro@aoba.test', to: 'x@', subject: 's', text: 't' }), {
    code: 'EENVELOPE',
  });
  sender.close();
});

const hasSwaks = [
  ['swaks', '--version'],
  ['perl', '-MNet::SSLeay', '-e', '1'],
].every(([command, ...args]) => spawnSync(command!, args).status === 0);
if (hasSwaks) {
  test('swaks sends over STARTTLS and with pipelining', async () => {
    for (const [name, ...options] of [['tls', '--tls'], ['pipelined', '--pipeline'], ['plain']]) {
      const server = [
        '--server',
        `127.0.0.1:${house.ports.smtp}`,
        '--from',
        'taro@aoba.test',
        '--to',
        'swaks@aoba.test',
      ];
      const ran = spawnSync('swaks', [...server, '--h-Subject', `swaks ${name}`, '--ehlo', 'pc.aoba.test', ...options]);
      assert.equal(ran.status, 0, ran.stdout.toString());
      assert.match(ran.stdout.toString(), /250 2\.0\.0 Accepted as/);
    }
    await house.until(() => withText('Subject: swaks ').length >= 3);
  });
}

test('the archive finds what they sent, by words and by the name of the attachment', async () => {
  await house.stop();
  await using open = await house.open();
  const found = async (query: string) =>
    (await open.dispatch(house.tenants['aoba']!, 'archive', 'search', { query, limit: 200 }, BY)).messages.length;
  assert.equal(await found('見積書'), 3);
  assert.equal(await found('"添付の資料"'), 3);
  assert.equal(await found('pooled'), 100);
});

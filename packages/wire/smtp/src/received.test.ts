import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Envelope, formatSpoolId, type TenantId } from '@sekisho/terms';
import fc from 'fast-check';
import { formatReceived } from './received.ts';

const spoolId = formatSpoolId(0, Date.UTC(2026, 10, 5), 64);
const envelope: Envelope = {
  tenant: 'tenant00001' as TenantId,
  direction: 'reception',
  reversePath: null,
  forwardPaths: [{ address: { localPart: 'taro', domain: 'example.jp' } }],
  smtpUtf8: false,
  body: '7bit',
  dsn: {},
  client: { ip: '192.0.2.1', port: 1, ehlo: 'mx.example.com', protocol: 'ESMTP', listener: 'smtp' },
  receivedAt: Date.UTC(2026, 10, 5, 1, 2, 3),
};
const write = (change: Partial<Envelope>) =>
  formatReceived({ envelope: { ...envelope, ...change }, spoolId, by: 'mail.example.jp' });

test('formatReceived() writes from, by, with, id, for and the date', () => {
  assert.equal(
    write({}),
    'Received: from mx.example.com ([192.0.2.1])\r\n' +
      `\tby mail.example.jp with ESMTP id ${spoolId}\r\n` +
      '\tfor <taro@example.jp>;\r\n' +
      '\tThu, 5 Nov 2026 01:02:03 +0000\r\n',
  );
});

test('formatReceived() names no recipient when there are several', () => {
  const other = { address: { localPart: 'bcc', domain: 'example.jp' } };
  assert.doesNotMatch(write({ forwardPaths: [...envelope.forwardPaths, other] }), /for/);
});

test('formatReceived() names TLS and an IPv6 client', () => {
  const tls = { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' };
  const field = write({ client: { ...envelope.client, ip: '2001:db8::1', protocol: 'ESMTPS', tls } });
  assert.match(field, /\(\[IPv6:2001:db8::1\]\)\r\n\t\(using TLSv1\.3 with cipher TLS_AES_256_GCM_SHA384\)\r\n/);
});

test('formatReceived() leaves out a recipient beyond ASCII unless SMTPUTF8 was agreed', () => {
  const forwardPaths = [{ address: { localPart: '太郎', domain: 'example.jp' } }];
  assert.doesNotMatch(write({ forwardPaths }), /for/);
  assert.match(write({ forwardPaths, smtpUtf8: true }), /for <太郎@example\.jp>/);
});

test('formatReceived() is one field whatever the client said', () => {
  const wild = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(wild, wild, wild, (ehlo, localPart, cipher) => {
      const field = write({
        client: { ...envelope.client, ehlo, tls: { version: 'TLSv1.3', cipher } },
        forwardPaths: [{ address: { localPart, domain: 'example.jp' } }],
        smtpUtf8: true,
      });
      assert.match(field, /^Received: (?:[^\r\n\0]|\r\n\t(?=\S))*\r\n$/);
    }),
  );
});

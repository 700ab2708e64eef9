/** Bug class: response and command injection (GHSA-vvjj-xcjg-gr5g and kin), the side that sends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExtensions } from '@sekisho/smtp';
import fc from 'fast-check';
import { UnsafeLineError } from '../errors.ts';
import { openTestSession, testTransaction } from '../testing/client-setup.ts';
import { ScriptedServer } from '../testing.ts';
import { formatHello, formatMail, formatRcpt, type MailCommand } from './command-line.ts';
import { sendMessage } from './send.ts';

const everything = parseExtensions({ code: 250, text: ['x', 'SIZE', '8BITMIME', 'SMTPUTF8', 'DSN', 'PIPELINING'] });
const evil = [
  '\r\nRSET',
  '\nRSET',
  '\rRSET',
  '\0',
  '\u2028RSET',
  '\u0085',
  '> SIZE=1',
  '>\r\nRCPT TO:<x@y>',
  'x'.repeat(5000),
  '\ud800',
];

for (const text of evil) {
  const shown = JSON.stringify(text.slice(0, 20));

  test(`a greeting with ${shown} is refused before it is sent`, async () => {
    if (text !== '> SIZE=1') assert.throws(() => formatHello('EHLO', `relay.example${text}`), UnsafeLineError);
    assert.throws(() => formatHello('EHLO', `relay example${text}`), UnsafeLineError);
  });

  for (const address of [
    { localPart: `a${text}`, domain: 'example.net' },
    { localPart: 'a', domain: `example.net${text}` },
  ]) {
    const isQuotable = text === '> SIZE=1' && address.domain === 'example.net';
    const name = address.domain === 'example.net' ? 'local part' : 'domain';

    test(`an address with ${shown} in its ${name} ${isQuotable ? 'is quoted' : 'is refused'}`, async () => {
      await using server = await ScriptedServer.start();
      const session = await openTestSession(server.port);
      const recipients = [{ address }, { address: { localPart: 'good', domain: 'example.net' } }];
      const { answers } = await sendMessage(session, testTransaction({ recipients }));
      assert.equal(answers[0]!.kind, isQuotable ? 'reply' : 'unsendable');
      assert.equal(answers[1]!.kind, 'reply');
      assert.deepEqual(
        server.lines.slice(1).map((line) => line.slice(0, 10)),
        ['MAIL FROM:', ...(isQuotable ? ['RCPT TO:<"'] : []), 'RCPT TO:<g', 'DATA'],
      );
      const from = testTransaction({ envelope: { ...testTransaction().envelope, reversePath: address } });
      assert.equal((await sendMessage(session, from)).answers[0]!.kind, isQuotable ? 'reply' : 'unsendable');
      session.channel.socket.destroy();
    });
  }
}

test('every command is exactly one line, or is refused, whatever its strings are', () => {
  const text = fc.string({ unit: 'binary', maxLength: 80 });
  const address = fc.record({ localPart: text, domain: text });
  fc.assert(
    fc.property(address, text, fc.boolean(), (one, words, smtpUtf8) => {
      const mail: MailCommand = {
        reversePath: one,
        sizeOctets: 1,
        eightBit: true,
        smtpUtf8,
        ret: 'full',
        envelopeId: words,
      };
      for (const line of [
        () => formatMail(mail, everything),
        () => formatMail({ ...mail, reversePath: null }, everything),
        () => formatRcpt({ address: one, originalRecipient: words, notify: ['failure'] }, everything, smtpUtf8),
        () => formatHello('EHLO', words),
      ]) {
        let said: string;
        try {
          said = line();
        } catch (error) {
          assert.ok(error instanceof UnsafeLineError);
          continue;
        }
        assert.match(said, /^[^\x00-\x1f\x7f]+\r\n$/u);
      }
    }),
    { numRuns: 500 },
  );
});

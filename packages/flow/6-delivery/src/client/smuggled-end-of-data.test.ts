/** Bug class: SMTP smuggling (CVE-2023-51764, -51765, -51766 and kin), the side that sends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smugglingTable } from '@sekisho/smtp/testing';
import fc from 'fast-check';
import { openTestSession, testTransaction } from '../testing/client-setup.ts';
import { ScriptedServer } from '../testing.ts';
import { contentBlocks } from './content-blocks.ts';
import { sendMessage } from './send.ts';

const second =
  'MAIL FROM:<evil@example.org>\r\nRCPT TO:<victim@example.net>\r\nDATA\r\nSubject: forged\r\n\r\nforged\r\n';
const hasBare = (text: string) => /\r(?!\n)|(?<!\r)\n/.test(text);

for (const { name, octets } of smugglingTable()) {
  const content = Buffer.concat([Buffer.from('Subject: a\r\n\r\nbody'), octets, Buffer.from(`${second}`)]);
  const isBare = hasBare(content.toString('latin1'));

  test(`smuggled end of data, ${name}: ${isBare ? 'nothing is sent' : 'one message arrives, octet for octet'}`, async () => {
    await using server = await ScriptedServer.start();
    const session = await openTestSession(server.port);
    const { answers } = await sendMessage(session, testTransaction({ content: [content] }));
    if (isBare) {
      assert.deepEqual(answers, [{ kind: 'unsendable', status: '5.6.0', text: 'The message holds a bare CR or LF' }]);
      assert.deepEqual(server.lines, ['EHLO relay.example']);
    } else {
      assert.equal(server.messages.length, 1);
      assert.ok(server.messages[0]!.content.equals(content));
      assert.equal(server.lines.filter((line) => line.startsWith('MAIL')).length, 1);
    }
    session.channel.socket.destroy();
  });
}

test('contentBlocks() ends once, at its end, however the message is cut into parts and blocks', () => {
  const pieces = fc.array(fc.constantFrom('\r\n', '.', '..', 'a', '.\r\n', 'long line of text', '\r\n.\r\n'), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(
      pieces,
      fc.array(fc.nat({ max: 60 }), { maxLength: 6 }),
      fc.integer({ min: 1, max: 40 }),
      (list, cuts, block) => {
        const whole = Buffer.from(list.join(''));
        const at = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length];
        const parts = at.slice(1).map((end, index) => whole.subarray(at[index], end));
        const sent = Buffer.concat([...contentBlocks(parts, block)]).toString();
        const closed = `\r\n${sent}`;
        assert.equal(closed.indexOf('\r\n.\r\n'), closed.length - 5);
        const received = sent.slice(0, -3).replace(/(^|\r\n)\./g, '$1');
        const expected = whole.length === 0 || whole.toString().endsWith('\r\n') ? whole.toString() : `${whole}\r\n`;
        assert.equal(received, expected);
      },
    ),
    { numRuns: 500 },
  );
});

test('contentBlocks() refuses a bare CR or LF wherever it lies across parts and blocks', () => {
  for (const bad of ['\n', '\r', '\r\r\n', '\n\r']) {
    for (let at = 0; at < 12; at++) {
      const text = `${'ab\r\ncd\r\nef\r\n'.slice(0, at)}${bad}${'ab\r\ncd\r\nef\r\n'.slice(at)}`;
      if (!hasBare(text)) continue;
      for (let cut = 0; cut <= text.length; cut++) {
        for (const block of [1, 3, 100]) {
          const parts = [Buffer.from(text.slice(0, cut)), Buffer.from(text.slice(cut))];
          assert.throws(() => [...contentBlocks(parts, block)], { id: 'bare-line-end' });
        }
      }
    }
  }
});

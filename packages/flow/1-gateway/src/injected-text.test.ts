import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { openTestGateway, TestClient } from './testing.ts';

let opened: Awaited<ReturnType<typeof openTestGateway>>;
before(async () => {
  opened = await openTestGateway({ limits: { errorsPerSession: 10_000, junkCommands: 10_000 } });
});
after(() => opened.gateway.close());

const nasty = fc.array(
  fc.oneof(
    fc.constantFrom('\r', '\0', '\x1b', '\u2028', '\u0085', ' ', '<', '>', '"', '\\', '%', '250 ok'),
    fc.string({ maxLength: 5 }),
  ),
  { maxLength: 12 },
);

test('whatever stands in a command, the reply is one reply of whole printable lines', async () => {
  const client = await TestClient.dial(opened.port);
  let wire = '';
  client.socket.on('data', (chunk: Buffer) => (wire += chunk.toString('latin1')));
  const verbs = ['EHLO ', 'MAIL FROM:<', 'MAIL FROM:<> ', 'RCPT TO:<', 'NOOP ', 'XCLIENT ADDR=', 'AUTH ', ''];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...verbs), nasty, async (verb, parts) => {
      const text = parts.join('').replace(/\r?\n/g, '').replace(/\r$/, '');
      if (/^(?:QUIT|BDAT|DATA|GET|POST|PUT|HEAD|PRI)/i.test(`${verb}${text}`)) return;
      wire = '';
      await client.say(`${verb}${text}`);
      assert.match(wire, /^(?:[0-9]{3}[ -][\x20-\x7e]*\r\n)+$/);
      assert.doesNotMatch(wire, /\r\n[0-9]{3} [^\r]*\r\n[0-9]/);
    }),
    { numRuns: 300 },
  );
  client.close();
});

/** peers: depth, parts, fields and parameters without a bound; structures that contain themselves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everyPart, type LimitName, messageLimits, parseMessage } from './index.ts';

const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('');

function nested(depth: number): string {
  const open = lines(depth, (i) => `Content-Type: multipart/mixed; boundary=b${i}_\r\n\r\n--b${i}_\r\n`);
  return `${open}\r\nhi\r\n`;
}

const BEYOND: readonly (readonly [limit: LimitName, mail: string])[] = [
  ['depth', nested(60)],
  ['depth', lines(60, () => 'Content-Type: message/rfc822\r\n\r\n')],
  ['parts', `Content-Type: multipart/mixed; boundary=x\r\n\r\n${lines(1_001, () => '--x\r\n\r\n')}`],
  ['headerOctets', lines(1_100, () => `X: ${'a'.repeat(1_000)}\r\n`)],
  ['fieldOctets', `X: ${'a\r\n '.repeat(100_000)}\r\n\r\n`],
  ['headerFields', lines(5_001, () => 'X: a\r\n')],
  ['parameters', `Content-Type: text/plain${lines(101, (i) => `; p${i}=v`)}\r\n\r\n`],
  ['lineOctets', `X: ${'a'.repeat(70_000)}\r\n\r\n`],
  ['encodedWords', `Subject: ${'=?utf-8?Q?a?= '.repeat(2_001)}\r\n\r\n`],
  ['addresses', `To: ${'a@b,'.repeat(5_001)}\r\n\r\n`],
  [
    'ambiguities',
    `Content-Type: multipart/mixed; boundary=x\r\n\r\n${lines(201, () => '--x\r\nA\r\nB: c\r\n\r\n')}--x--`,
  ],
];

for (const [limit, text] of BEYOND) {
  test(`parseMessage() says when a message has more ${limit} than allowed, and goes on`, () => {
    const tree = parseMessage(Buffer.from(text));
    assert.ok(tree.overLimits.includes(limit), tree.overLimits.join());
    assert.ok([...everyPart(tree)].length <= messageLimits.parts + 1);
    assert.ok(tree.root.fields.length <= messageLimits.headerFields);
    assert.ok(tree.ambiguities.length <= messageLimits.ambiguities);
  });
}

test('parseMessage() takes each limit from its caller', () => {
  const tree = parseMessage(Buffer.from(nested(4)), { ...messageLimits, depth: 3 });
  assert.deepEqual(tree.overLimits, ['depth']);
});

test('parseMessage() is exact at the limit', () => {
  assert.deepEqual(parseMessage(Buffer.from(nested(messageLimits.depth))).overLimits, []);
});

test('what lies beyond the limit of parts stays in the body of the multipart', () => {
  const raw = Buffer.from(`Content-Type: multipart/mixed; boundary=x\r\n\r\n${lines(2_000, () => '--x\r\n\r\n')}`);
  assert.equal(parseMessage(raw).root.body[1], raw.length);
});

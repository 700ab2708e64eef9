import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DataDecoder } from './data-decoder.ts';

/** The rules octet by octet, slow and plain (RFC 5321 §4.1.1.4, §4.5.2). */
function readSlowly(input: string): { end: number; message: string; clean: boolean } {
  const end = `\r\n${input}`.indexOf('\r\n.\r\n');
  const behind = end < 0 ? -1 : end + 3;
  const stuffed = end < 0 ? input : input.slice(0, Math.max(0, end));
  const clean = !/\r(?!\n)|(?<!\r)\n|\0/.test(end < 0 ? stuffed.replace(/\r$/, '') : stuffed);
  return { end: behind, message: `\r\n${stuffed}`.replace(/\r\n\./g, '\r\n').slice(2), clean };
}

function read(input: string, cuts: readonly number[]) {
  const decoder = new DataDecoder();
  const octets = Buffer.from(input, 'latin1');
  let from = 0;
  for (const to of [...cuts, octets.length]) {
    if (to <= from) continue;
    const end = decoder.push(octets.subarray(from, to));
    if (end >= 0) return { end: from + end, message: Buffer.concat(decoder.take()).toString('latin1'), decoder };
    from = to;
  }
  return { end: -1, message: Buffer.concat(decoder.take()).toString('latin1'), decoder };
}

test('DataDecoder takes the message as it is and stops behind CRLF.CRLF', () => {
  const { end, message, decoder } = read('Subject: a\r\n\r\nb\r\n.\r\nQUIT\r\n', []);
  assert.equal(end, 20);
  assert.equal(message, 'Subject: a\r\n\r\nb\r\n');
  assert.equal(decoder.sizeOctets, 17);
  assert.equal(decoder.defect, null);
});

test('DataDecoder ends an empty message at a dot in the first line', () => {
  assert.deepEqual(read('.\r\n', []).message, '');
  assert.equal(read('.\r\nQUIT\r\n', [1, 2]).end, 3);
});

test('DataDecoder removes one dot from each line that begins with one', () => {
  assert.equal(read('..\r\n...a\r\n.b\r\n.\r\n', []).message, '.\r\n..a\r\nb\r\n');
});

for (const [name, input] of Object.entries({
  'bare-cr': 'a\rb\r\n.\r\n',
  'bare-lf': 'a\nb\r\n.\r\n',
  nul: 'a\0b\r\n.\r\n',
})) {
  test(`DataDecoder reports ${name} wherever the chunks are cut`, () => {
    for (let cut = 0; cut < input.length; cut++) {
      const { end, decoder } = read(input, [cut]);
      assert.equal(decoder.defect, name);
      assert.equal(end, input.length);
    }
  });
}

test('DataDecoder does not mind a NUL behind the end of data', () => {
  assert.equal(read('a\r\n.\r\n\0\n\r', []).decoder.defect, null);
});

test('DataDecoder equals the slow reading for every text and every cut', () => {
  const text = fc
    .array(fc.constantFrom('\r\n', '\r\n', '\r\n.', '.', '\r', '\n', '\0', 'a', 'bc', '\r\n.\r\n', '..'), {
      maxLength: 24,
    })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, fc.array(fc.nat(40), { maxLength: 6 }), (input, cuts) => {
      const slow = readSlowly(input);
      const fast = read(
        input,
        cuts.sort((a, b) => a - b),
      );
      assert.equal(fast.end, slow.end);
      const { defect } = fast.decoder;
      if (slow.clean) {
        // Without an end, the last octets may be held back: a dot, or a dot and a CR.
        if (slow.end >= 0) assert.equal(fast.message, slow.message);
        else assert.ok(slow.message.startsWith(fast.message) && slow.message.length - fast.message.length <= 2);
        assert.equal(defect, null);
      } else {
        assert.notEqual(defect, null);
      }
    }),
    { numRuns: 3000 },
  );
});

test('DataDecoder reads windows and chunks of any size alike', () => {
  const line = `${'x'.repeat(75)}\r\n.${'.'.repeat(3)}\r\n`;
  const input = `${line.repeat(2500)}.\r\n`;
  const once = read(input, []);
  assert.equal(once.end, input.length);
  for (const step of [1, 1000, 16_383, 16_384, 16_385]) {
    const cuts = Array.from({ length: Math.floor(input.length / step) }, (_, at) => (at + 1) * step);
    assert.equal(read(input, cuts).message, once.message, `chunks of ${step}`);
  }
});

test('DataDecoder joins small pieces, so that a dribbling sender costs no more than it sends', () => {
  const decoder = new DataDecoder();
  for (let n = 0; n < 100_000; n++) decoder.push(Buffer.from('a'));
  assert.ok(decoder.take().length < 400);
  decoder.push(Buffer.from('..\r\n'.repeat(20_000)));
  assert.ok(decoder.take().length < 400);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { emlName } from './eml-name.ts';
import { formatMbox } from './mbox.ts';

const AT = Date.UTC(2026, 10, 20, 3, 4, 5);
const spoolId = '0abcdefghj00001';
const nameOf = (subject: string) => emlName({ receivedAt: AT, subject, spoolId });

async function mboxOf(...messages: { raw: Buffer; cuts?: readonly number[] }[]): Promise<string> {
  const chunks: Buffer[] = [];
  const list = messages.map(({ raw, cuts = [] }) => {
    const ends = [...cuts.filter((one) => one <= raw.length), raw.length].sort((a, b) => a - b);
    const octets = ends.map((end, at) => raw.subarray(ends[at - 1] ?? 0, end));
    return { reversePath: { localPart: 'a b', domain: 'example.jp' }, receivedAt: AT, octets };
  });
  for await (const chunk of formatMbox(list)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
}

test('emlName() carries time, subject and id', () => {
  assert.equal(nameOf('見積書の件'), `20261120T030405_見積書の件_${spoolId}.eml`);
  assert.equal(nameOf(''), `20261120T030405_${spoolId}.eml`);
});

test('emlName() leads nowhere and fits everywhere (export-path-traversal)', () => {
  const hostile = [
    '../../etc/passwd',
    'a\\b:c*?"<>|',
    'CON',
    'aux.txt',
    '\u202Efdp.exe',
    'a\0b',
    '\ud800',
    '...',
    '𠮷'.repeat(300),
  ];
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary', maxLength: 400 })), (subject) => {
      const name = nameOf(subject);
      assert.equal(Buffer.byteLength(name) <= 255, true);
      assert.doesNotMatch(name, /[\\/:*?"<>|\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      assert.match(name, /^20261120T030405_.*\.eml$/su);
      assert.equal(name, name.toWellFormed());
    }),
  );
});

test('formatMbox() begins each message with its From_ line and quotes those inside', async () => {
  const raw = Buffer.from('Subject: a\r\n\r\nFrom here\r\n>From there\r\nNot From\r\nFromage\r\n');
  assert.equal(
    await mboxOf({ raw }, { raw: Buffer.from('x') }),
    'From "a_b"@example.jp Fri Nov 20 03:04:05 2026\nSubject: a\n\n>From here\n>>From there\nNot From\nFromage\n\n' +
      'From "a_b"@example.jp Fri Nov 20 03:04:05 2026\nx\n\n',
  );
});

test('formatMbox() does not depend on where chunks end, and can be read back', async () => {
  const piece = fc.constantFrom('From ', '>From ', 'From', '>', '\r\n', '\n', '\r', 'a', ' ', 'F', '\u00ff');
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 30 }),
      fc.array(fc.nat(60), { maxLength: 6 }),
      async (pieces, cuts) => {
        const raw = Buffer.from(pieces.join(''), 'latin1');
        const whole = await mboxOf({ raw });
        assert.equal(await mboxOf({ raw, cuts }), whole);
        const lines = whole.slice(whole.indexOf('\n') + 1).split('\n');
        assert.equal(
          lines.some((line) => line.startsWith('From ')),
          false,
        );
        const back = lines.map((line) => line.replace(/^>(>*From )/, '$1')).join('\n');
        const plain = raw.toString('latin1').replaceAll('\r\n', '\n');
        assert.equal(back, plain === '' || plain.endsWith('\n') ? `${plain}\n` : `${plain}\n\n`);
      },
    ),
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DataDecoder } from './data-decoder.ts';
import { BareLineEndError } from './errors.ts';
import { formatData } from './format-data.ts';
import { smugglingTable } from './testing.ts';

const text = (parts: readonly Buffer[]) => Buffer.concat(parts).toString('latin1');
const cut = (input: string, at: number) => [
  Buffer.from(input.slice(0, at), 'latin1'),
  Buffer.from(input.slice(at), 'latin1'),
];

test('formatData() stuffs dots and adds the end of data', () => {
  assert.equal(text(formatData([Buffer.from('.a\r\n..\r\nb.\r\n')])), '..a\r\n...\r\nb.\r\n.\r\n');
  assert.equal(text(formatData([])), '.\r\n');
});

test('formatData() closes a last line that is open', () => {
  assert.equal(text(formatData([Buffer.from('a')])), 'a\r\n.\r\n');
});

test('formatData() stuffs a dot that begins a part only when it begins a line', () => {
  assert.equal(text(formatData(cut('a\r\n.b\r\n', 3))), 'a\r\n..b\r\n.\r\n');
  assert.equal(text(formatData(cut('a.b\r\n', 1))), 'a.b\r\n.\r\n');
  assert.equal(text(formatData(cut('a\r\n.b\r\n', 2))), 'a\r\n..b\r\n.\r\n');
});

test('formatData() shares the memory of parts without dots', () => {
  const part = Buffer.from('a\r\n');
  assert.equal(formatData([part])[0], part);
});

test('formatData() refuses every false line end around a dot, wherever the parts are cut', () => {
  for (const { name, octets } of smugglingTable()) {
    const message = `a${octets.toString('latin1')}MAIL FROM:<x@example.net>\r\n`;
    const isBare = /\r(?!\n)|(?<!\r)\n/.test(message);
    for (let at = 0; at <= message.length; at++) {
      if (isBare) assert.throws(() => formatData(cut(message, at)), BareLineEndError, name);
      else
        assert.equal(
          text(formatData(cut(message, at))).indexOf('\r\n.\r\n'),
          text(formatData(cut(message, at))).length - 5,
          name,
        );
    }
  }
});

test('formatData() refuses a message that ends in CR', () => {
  assert.throws(() => formatData([Buffer.from('a\r')]), BareLineEndError);
});

test('DataDecoder gives back what formatData() wrote', () => {
  const lines = fc
    .array(fc.constantFrom('\r\n', '.', 'a', '..', '.\r\n'), { maxLength: 30 })
    .map((all) => all.join(''));
  fc.assert(
    fc.property(lines, fc.nat(60), (message, at) => {
      const decoder = new DataDecoder();
      const wire = Buffer.concat(formatData(cut(message, at)));
      assert.equal(decoder.push(wire), wire.length);
      assert.equal(decoder.defect, null);
      const closed = message === '' || message.endsWith('\r\n') ? message : `${message}\r\n`;
      assert.equal(text(decoder.take()), closed);
    }),
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanHeader } from './scan-header.ts';

function scan(text: string) {
  const raw = Buffer.from(text, 'latin1');
  const { fields, bodyStart } = scanHeader(raw);
  return {
    fields: fields.map(({ name, valueStart, end }) => [name, raw.toString('latin1', valueStart, end)]),
    body: raw.toString('latin1', bodyStart),
  };
}

test('scanHeader() finds names, values and the body', () => {
  assert.deepEqual(scan('From: a@b\r\nSUBJECT:x\r\n\ty\r\n\r\nbody\r\n\r\nmore'), {
    fields: [
      ['from', ' a@b'],
      ['subject', 'x\r\n\ty'],
    ],
    body: 'body\r\n\r\nmore',
  });
});

test('scanHeader() knows a field by its name with white space, even a fold, before the colon', () => {
  assert.deepEqual(scan('From : a\r\nTo\r\n : b\r\nCc\r\n:c\r\n\r\n').fields, [
    ['from', ' a'],
    ['to', ' b'],
    ['cc', 'c'],
  ]);
});

test('scanHeader() joins a line that begins no field to the field above', () => {
  assert.deepEqual(scan('From: a\r\njunk\r\n\xa0: x\r\nTo: b\r\n\r\n').fields, [
    ['from', ' a\r\njunk\r\n\xa0: x'],
    ['to', ' b'],
  ]);
});

test('scanHeader() takes a message without a blank line as header, one that begins with it as body', () => {
  assert.deepEqual(scan('From: a'), { fields: [['from', ' a']], body: '' });
  assert.deepEqual(scan('\r\nFrom: a\r\n'), { fields: [], body: 'From: a\r\n' });
  assert.deepEqual(scan(''), { fields: [], body: '' });
});

test('scanHeader() reads an odd first line by its colon', () => {
  assert.deepEqual(scan(' From: x\r\nTo: y\r\n\r\n').fields, [
    ['from', ' x'],
    ['to', ' y'],
  ]);
  assert.deepEqual(scan('no field\r\nTo: y\r\n\r\n').fields[0], ['', '']);
});

test('scanHeader() splits at line feeds alone too, though SMTP refuses them', () => {
  assert.deepEqual(
    scan('From: a\nTo: b\n\nbody').fields.map(([name]) => name),
    ['from', 'to'],
  );
});

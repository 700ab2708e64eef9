import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asSent, fixtureMails, isUnfit } from './fixtures.ts';

test('asSent() gives CRLF to what has LF alone, and leaves everything else as it is', () => {
  assert.equal(asSent(Buffer.from('A: b\n\nc')).toString(), 'A: b\r\n\r\nc\r\n');
  assert.equal(asSent(Buffer.from('A: b\r\n\nc\r\n')).toString(), 'A: b\r\n\nc\r\n');
  assert.equal(asSent(Buffer.alloc(0)).length, 0);
});

test('isUnfit() finds bare CR, bare LF, NUL, loops and headers without end', () => {
  const fit = 'Subject: x\r\n\r\ntext\r\n';
  assert.equal(isUnfit(Buffer.from(fit)), false);
  for (const octets of [`${fit}\n`, `${fit}\rx\r\n`, `${fit}\0\r\n`, `${'Received: x\r\n'.repeat(100)}${fit}`])
    assert.equal(isUnfit(Buffer.from(octets)), true);
  assert.equal(isUnfit(Buffer.from(`Subject: ${'x'.repeat(1024 * 1024)}\r\n\r\n`)), true);
});

test('fixtureMails() unpacks what is packed', () => {
  const mails = fixtureMails('hostile-generated');
  assert.ok(mails.length > 60);
  assert.ok(mails.every(({ raw }) => raw[0] !== 0x1f || raw[1] !== 0x8b));
});

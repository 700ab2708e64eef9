import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { hashBody } from './canonical-body.ts';

/** RFC 6376 §3.4.3 and §3.4.4 word by word, on text. */
function plainCanonical(body: string, how: 'simple' | 'relaxed'): string {
  if (how === 'simple') return `${body.replace(/(\r\n)*$/, '')}\r\n`;
  const lines = body.split('\r\n').map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''));
  const text = lines.join('\r\n').replace(/(\r\n)*$/, '');
  return text === '' ? '' : `${text}\r\n`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('base64');
}

const pieces = fc.array(
  fc.constantFrom(' ', '  ', '\t', '\r\n', '\r', '\n', 'x', 'word', '.', '\xff', 'y'.repeat(40)),
  {
    maxLength: 60,
  },
);

test('hashBody() agrees with the RFC read word by word', () => {
  fc.assert(
    fc.property(pieces, fc.constantFrom('simple' as const, 'relaxed' as const), fc.nat(200), (parts, how, limit) => {
      const body = parts.join('');
      const raw = Buffer.from(`header\r\n\r\n${body}`, 'latin1');
      const canonical = plainCanonical(body, how);
      assert.deepEqual(hashBody(raw, 10, how), { digest: sha256(canonical), canonicalOctets: canonical.length });
      assert.equal(hashBody(raw, 10, how, limit).digest, sha256(canonical.slice(0, limit)));
    }),
    { numRuns: 2000 },
  );
});

test('hashBody() agrees across the blocks it works in', () => {
  const line = 'a line of text with a run  of spaces\tand a tab \r\n';
  for (const body of [
    line.repeat(2000),
    `${'x'.repeat(16 * 1024 - 1)}  y \r\n`,
    `${'x'.repeat(16 * 1024 - 3)}  \r\n${' '.repeat(40_000)}\r\nz`,
    'c2VraXNobw=='.repeat(6000),
    `${' '.repeat(50_000)}x`,
  ]) {
    const raw = Buffer.from(body, 'latin1');
    for (const how of ['simple', 'relaxed'] as const)
      assert.equal(hashBody(raw, 0, how).digest, sha256(plainCanonical(body, how)), body.slice(0, 20));
  }
});

test('hashBody() of no body is the digest of CRLF when simple, of nothing when relaxed', () => {
  assert.equal(hashBody(Buffer.alloc(0), 0, 'simple').digest, 'frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=');
  assert.equal(hashBody(Buffer.alloc(0), 0, 'relaxed').digest, '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=');
});

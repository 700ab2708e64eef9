import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseClamdReply } from './parse-clamd-reply.ts';
import { worstVerdict } from './verdict.ts';

test('parseClamdReply() takes only the exact OK for clean', () => {
  assert.deepEqual(parseClamdReply('stream: OK'), { state: 'clean' });
  for (const text of ['', 'OK', 'stream: ok', 'stream: OK OK', 'PONG', 'stream:  FOUND', 'UNKNOWN COMMAND']) {
    assert.deepEqual(parseClamdReply(text), { state: 'unscannable', reason: 'bad-reply' }, text);
  }
});

test('parseClamdReply() names the signature, bounded and printable', () => {
  assert.deepEqual(parseClamdReply('stream: Sekisho.Marker.UNOFFICIAL FOUND'), {
    state: 'infected',
    signature: 'Sekisho.Marker.UNOFFICIAL',
  });
  const long = parseClamdReply(`stream: a\u0000b${'x'.repeat(500)} FOUND`);
  assert.ok(long.state === 'infected' && long.signature.length === 128 && long.signature.startsWith('a?b'));
});

test('parseClamdReply() counts every limit and error as unscannable, never as clean and never as infected', () => {
  const reasonOf = (text: string) => parseClamdReply(text);
  assert.deepEqual(reasonOf('INSTREAM size limit exceeded. ERROR'), { state: 'unscannable', reason: 'too-large' });
  assert.deepEqual(reasonOf('stream: Heuristics.Limits.Exceeded.MaxRecursion FOUND'), {
    state: 'unscannable',
    reason: 'scanner-limit',
  });
  assert.deepEqual(reasonOf('stream: Heuristics.Encrypted.Zip FOUND'), { state: 'unscannable', reason: 'encrypted' });
  assert.deepEqual(reasonOf("stream: Can't allocate memory ERROR"), { state: 'unscannable', reason: 'scanner-error' });
});

test('worstVerdict() lets an infected part outweigh an unscannable one, and that a clean one', () => {
  const clean = { state: 'clean' } as const;
  const unscannable = { state: 'unscannable', reason: 'deadline' } as const;
  const infected = { state: 'infected', signature: 'x' } as const;
  assert.deepEqual(worstVerdict([clean, unscannable, infected]), infected);
  assert.deepEqual(worstVerdict([clean, unscannable, clean]), unscannable);
  assert.deepEqual(worstVerdict([]), clean);
});

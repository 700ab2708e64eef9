import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEncrypted } from './is-encrypted.ts';

const hex = (text: string) => Buffer.concat([Buffer.from(text.replaceAll(' ', ''), 'hex'), Buffer.alloc(64)]);

test('isEncrypted() reads the flags of RAR 4 and RAR 5', () => {
  assert.equal(isEncrypted(hex('526172211a0700 cf90 73 0000 0d00 000000000000 d1d1 74 2480'), 'rar'), true);
  assert.equal(isEncrypted(hex('526172211a0700 cf90 73 0000 0d00 000000000000 d1d1 74 2080'), 'rar'), false);
  assert.equal(isEncrypted(hex('526172211a0700 cf90 73 8000 0d00'), 'rar'), true);
  assert.equal(isEncrypted(hex('526172211a070100 aabbccdd 21 04'), 'rar'), true);
  assert.equal(isEncrypted(hex('526172211a070100 aabbccdd 0a 01'), 'rar'), false);
});

test('isEncrypted() looks for the AES coder in the header of 7z', () => {
  const file = hex('377abcaf271c0004 00000000 0000000000000000 2000000000000000');
  assert.equal(isEncrypted(file, '7z'), false);
  assert.equal(isEncrypted(Buffer.concat([file, Buffer.from('2406f107010a', 'hex')]), '7z'), true);
});

test('isEncrypted() says no to what is too short or of another kind', () => {
  assert.equal(isEncrypted(Buffer.from('Rar!'), 'rar'), false);
  assert.equal(isEncrypted(Buffer.from('7z'), '7z'), false);
  assert.equal(isEncrypted(hex('00'), 'cab'), false);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeOle } from '../testing/make-files.ts';
import { readOle } from './read-ole.ts';

const plain = { hasMacros: false, isEncrypted: false };

test('readOle() knows the program by the names of streams', () => {
  assert.deepEqual(readOle(makeOle(['Root Entry', 'WordDocument'])), { ...plain, kind: 'doc' });
  assert.deepEqual(readOle(makeOle(['Root Entry', 'a', 'b', 'c', 'd', 'Workbook'])), { ...plain, kind: 'xls' });
  assert.deepEqual(readOle(makeOle(['Root Entry', 'PowerPoint Document'])), { ...plain, kind: 'ppt' });
  assert.deepEqual(readOle(makeOle(['Root Entry', '__properties_version1.0'])), { ...plain, kind: 'msg' });
  assert.deepEqual(readOle(makeOle(['Root Entry', 'x'])), { ...plain, kind: 'ole' });
});

test('readOle() sees VBA projects and encryption', () => {
  assert.equal(readOle(makeOle(['Root Entry', 'WordDocument', 'Macros', 'VBA', '_VBA_PROJECT'])).hasMacros, true);
  assert.equal(readOle(makeOle(['Root Entry', 'EncryptedPackage', 'EncryptionInfo'])).isEncrypted, true);
});

test('readOle() sees the project in PowerPoint files and passwords in old Word and Excel files', () => {
  const ppt = Buffer.concat([
    makeOle(['Root Entry', 'PowerPoint Document']),
    Buffer.from('020000040c0000000100000001000000', 'hex'),
  ]);
  assert.equal(readOle(ppt).hasMacros, true);
  const withStream = (name: string, stream: string) => {
    const file = Buffer.concat([makeOle(['Root Entry', name]), Buffer.alloc(512)]);
    file.writeUInt32LE(2, 1024 + 128 + 116);
    file.write(stream, 1536, 'hex');
    return readOle(file).isEncrypted;
  };
  assert.equal(withStream('WordDocument', `eca5c100${'00'.repeat(6)}0001`), true);
  assert.equal(withStream('WordDocument', `eca5c100${'00'.repeat(6)}0000`), false);
  assert.equal(withStream('Workbook', `09081000${'00'.repeat(16)}2f003600`), true);
  assert.equal(withStream('Workbook', `09081000${'00'.repeat(16)}e1000200`), false);
});

test('readOle() ends on cut, empty and circular directories', () => {
  const file = makeOle(['Root Entry', 'a', 'b', 'c', 'WordDocument']);
  for (let length = 0; length < file.length; length += 37) readOle(file.subarray(0, length));
  file.writeUInt32LE(1, 512 + 4);
  assert.equal(readOle(file).kind, 'ole');
  file.writeUInt32LE(0x00ff_ffff, 48);
  assert.equal(readOle(file).kind, 'ole');
  file.writeUInt16LE(40, 30);
  assert.equal(readOle(file).kind, 'ole');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { examine } from '../testing/examine.ts';
import { makeOffice, makeOle, makeTar, makeZip } from '../testing/make-files.ts';

const summary = ({ files }: Awaited<ReturnType<typeof examine>>) =>
  files.map((file) => [file.depth, file.name, file.kind]);

test('examineFile() opens ZIP, tar and gzip, one inside another', async () => {
  const tgz = gzipSync(makeTar({ 'x/run.exe': Buffer.concat([Buffer.from('MZ'), Buffer.alloc(100)]) }));
  const found = await examine(makeZip({ '資料.txt': 'hello', 'inner.tgz': tgz }), 'a.zip');
  assert.deepEqual(summary(found), [
    [0, 'a.zip', 'zip'],
    [1, '資料.txt', 'text'],
    [1, 'inner.tgz', 'gzip'],
    [2, 'inner.tar', 'tar'],
    [3, 'x/run.exe', 'pe'],
  ]);
  assert.deepEqual(found.unopened, []);
});

test('examineFile() tells Office documents from other ZIP archives, and takes their text', async () => {
  const docx = await examine(makeOffice({ 'word/document.xml': '<w:p><w:t>関所の書類</w:t></w:p>' }), 'a.docx');
  assert.deepEqual([docx.file.kind, docx.text, docx.file.hasMacros], ['docx', '関所の書類\n', false]);
  const xlsx = await examine(makeOffice({ 'xl/sharedStrings.xml': '<sst><si><t>金額</t></si></sst>' }), 'a.xlsx');
  assert.deepEqual([xlsx.file.kind, xlsx.text], ['xlsx', '金額\n']);
  const pptx = await examine(makeOffice({ 'ppt/slides/slide1.xml': '<a:p><a:t>表紙</a:t></a:p>' }), 'a.pptx');
  assert.deepEqual([pptx.file.kind, pptx.text], ['pptx', '表紙\n']);
  assert.equal((await examine(makeZip({ 'META-INF/MANIFEST.MF': 'x' }), 'a.zip')).file.kind, 'jar');
});

test('examineFile() sees macros by vbaProject, by streams, and in documents that lie inside', async () => {
  const vba = makeOle(['Root Entry', 'VBA', '_VBA_PROJECT']);
  const docm = makeOffice({ 'word/document.xml': '<p/>', 'word/vbaProject.bin': vba });
  assert.equal((await examine(docm, 'a.docm')).file.hasMacros, true);
  assert.equal((await examine(makeOle(['Root Entry', 'WordDocument', 'Macros']), 'a.doc')).file.hasMacros, true);
  const embedded = makeOffice({ 'word/document.xml': '<p/>', 'word/embeddings/oleObject1.bin': vba });
  assert.equal((await examine(embedded, 'a.docx')).file.hasMacros, true);
  const zip = await examine(makeZip({ 'a.docm': docm }), 'a.zip');
  assert.deepEqual(
    zip.files.filter((file) => file.hasMacros).map((file) => file.name),
    ['a.docm', 'word/vbaProject.bin'],
  );
});

test('examineFile() says what it cannot open, and why', async () => {
  const encrypted = await examine(makeOle(['Root Entry', 'EncryptedPackage']), 'a.xlsx');
  assert.deepEqual(encrypted.unopened, [{ at: 0, reason: 'encrypted' }]);
  assert.equal(encrypted.file.isEncrypted, true);
  const reasonOf = async (octets: Buffer) => (await examine(octets, 'x')).unopened.map(({ reason }) => reason);
  assert.deepEqual(await reasonOf(Buffer.concat([Buffer.from('526172211a0700', 'hex'), Buffer.alloc(60)])), ['format']);
  assert.deepEqual(await reasonOf(Buffer.concat([Buffer.from('BZh9'), Buffer.alloc(60)])), ['format']);
  assert.deepEqual(await reasonOf(makeZip({ a: 'x' }).subarray(0, 40)), ['damaged']);
  assert.deepEqual(await reasonOf(gzipSync('hello'.repeat(1000)).subarray(0, 30)), ['damaged']);
  const tar = makeTar({ a: Buffer.from('a') });
  tar[0] = 0x62;
  assert.deepEqual(await reasonOf(tar), ['damaged']);
});

test('examineFile() opens a ZIP archive that begins as something else', async () => {
  const zip = makeZip({ 'run.js': 'x' });
  const found = await examine(Buffer.concat([Buffer.from(`<html>${' '.repeat(5000)}`), zip]), 'a.html');
  assert.deepEqual([found.file.kind, found.file.isPolyglot], ['html', true]);
  assert.deepEqual(summary(found).at(-1), [1, 'run.js', 'script']);
  const text = await examine(Buffer.from('about PK\x05\x06 in ZIP archives'), 'a.txt');
  assert.deepEqual([text.file.isPolyglot, text.unopened], [false, []]);
});

test('examineFile() goes on behind a damaged member', async () => {
  const zip = makeZip({ 'a.txt': 'a'.repeat(1000), 'b.txt': 'b' });
  zip.fill(0xff, 35, 45);
  const found = await examine(zip, 'a.zip');
  assert.deepEqual(found.unopened, [{ at: 0, member: 'a.txt', reason: 'damaged' }]);
  assert.deepEqual(summary(found).at(-1), [1, 'b.txt', 'text']);
});

test('examineFile() never breaks on cut or changed files', async () => {
  const files = [
    makeZip({ 'a.txt': 'hello', 'b.zip': makeZip({ c: 'c' }) }),
    gzipSync(makeTar({ a: Buffer.from('a'), b: Buffer.alloc(600) })),
    makeTar({ a: Buffer.from('a') }),
    makeOle(['Root Entry', 'WordDocument', 'Macros']),
  ];
  let state = 7;
  const chance = (below: number) => (state = (state * 1103515245 + 12345) % 2147483648) % below;
  for (const file of files) {
    for (let round = 0; round < 150; round++) {
      const changed = Buffer.from(file.subarray(0, chance(file.length) + 1));
      for (let i = 0; i < 4; i++) changed[chance(changed.length)] = chance(256);
      await examine(changed, 'x');
    }
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameTricks } from './look-alike-names.ts';

test('nameTricks() finds how a name hides what it is', () => {
  const cases: [string, string[]][] = [
    ['invoice.pdf.exe', ['double-extension']],
    ['請求書.pdf．ｅｘｅ', ['double-extension', 'look-alike-dot']],
    ['report.pdf                              .com', ['double-extension', 'padding']],
    ['cod\u202egpj.exe', ['direction-override', 'invisible']],
    ['a.txt ', ['trailing']],
    ['a.exe.', ['trailing']],
    ['a.p\u200bdf', ['invisible']],
    ['a\r\nb.txt', ['control']],
    ['..\\..\\見積.pdf', ['path']],
    ['/etc/passwd', ['path']],
    ['CON', ['reserved']],
    ['aux.txt', ['reserved']],
  ];
  for (const [name, tricks] of cases) assert.deepEqual([...nameTricks(name)], tricks, JSON.stringify(name));
});

test('nameTricks() finds nothing in ordinary names', () => {
  const names = [
    '見積書（最終版）.pdf',
    'ガパ議事録プロジェクト.pdf',
    'ｶﾀｶﾅ資料①.txt',
    'archive.tar.gz',
    'v1.2.3.zip',
    'setup.exe',
    'Mr. Smith.docx',
    '👨‍👩‍👧.png'.replaceAll('\u200d', ''),
    '第１回。議事録.docx',
    'contract.doc',
  ];
  for (const name of names) assert.deepEqual([...nameTricks(name)], [], name);
});

test('nameTricks() is linear in the length of the name', () => {
  const started = performance.now();
  for (const piece of [' ', '.', '_', '.pdf', '\u202e', '．a', '\\']) nameTricks(`${piece.repeat(100_000)}x`);
  assert.ok(performance.now() - started < 20_000);
});

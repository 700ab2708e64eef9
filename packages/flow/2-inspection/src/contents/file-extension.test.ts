import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileExtension } from './file-extension.ts';

test('fileExtension() sees through width, trailing dots, spaces and invisible marks', () => {
  const cases = {
    'a.PDF': 'pdf',
    'a.pdf.exe': 'exe',
    '請求書．ｅｘｅ': 'exe',
    'a.exe. . ': 'exe',
    'a.exe\u200b': 'exe',
    'cod\u202efdp.exe': 'exe',
    none: '',
    '.profile': 'profile',
  };
  for (const [name, extension] of Object.entries(cases)) assert.equal(fileExtension(name), extension, name);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTable } from './table.ts';
import { shortened, textWidth } from './width.ts';

test('textWidth() counts two columns for Japanese, one for Latin and half-width kana, none for marks', () => {
  assert.equal(textWidth('abc'), 3);
  assert.equal(textWidth('雲商事'), 6);
  assert.equal(textWidth('ｱｲｳ'), 3);
  assert.equal(textWidth('Ａ。「」〜'), 10);
  assert.equal(textWidth('が'.normalize('NFD')), 2);
  assert.equal(textWidth('🎉𠮷'), 4);
  assert.equal(textWidth('é'.normalize('NFD')), 1);
});

test('shortened() keeps a text within its columns and never cuts a character in two', () => {
  assert.equal(shortened('御見積書', 8), '御見積書');
  assert.equal(shortened('御見積書', 7), '御見積…');
  assert.equal(shortened('御見積書', 6), '御見…');
  assert.equal(shortened('𠮷𠮷', 3), '𠮷…');
});

test('formatTable() aligns columns of both widths, numbers to the right', () => {
  const table = formatTable(
    [{ head: '名前' }, { head: 'size', isNumber: true }, { head: 'x' }],
    [
      ['雲商事', '7', 'a'],
      ['abc', '1024', 'b'],
    ],
  );
  assert.equal(table, '名前    size  x\n雲商事     7  a\nabc     1024  b\n');
});

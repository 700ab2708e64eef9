import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOfficeTextMember, officeText } from './office-text.ts';

test('isOfficeTextMember() names the parts that people read', () => {
  assert.ok(isOfficeTextMember('docx', 'word/document.xml'));
  assert.ok(isOfficeTextMember('docx', 'word/footer2.xml'));
  assert.ok(isOfficeTextMember('xlsx', 'xl/worksheets/sheet1.xml'));
  assert.ok(isOfficeTextMember('pptx', 'ppt/slides/slide12.xml'));
  assert.ok(!isOfficeTextMember('docx', 'word/styles.xml'));
  assert.ok(!isOfficeTextMember('zip', 'word/document.xml'));
});

test('officeText() reads UTF-8 and UTF-16 with its mark', () => {
  const xml = '<?xml version="1.0"?><p><t>関所</t></p>';
  assert.equal(officeText(Buffer.from(xml), 100).text, '関所\n');
  assert.equal(officeText(Buffer.from(`\ufeff${xml}`, 'utf16le'), 100).text, '関所\n');
  assert.equal(officeText(Buffer.from(`\ufeff${xml}`, 'utf16le').swap16(), 100).text, '関所\n');
});

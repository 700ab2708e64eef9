import assert from 'node:assert/strict';
import { test } from 'node:test';
import { xmlText } from './xml-text.ts';

const textOf = (xml: string) => xmlText(xml, 10_000).text;

test('xmlText() takes the text of paragraphs, shared strings and slides', () => {
  assert.equal(
    textOf('<w:p><w:r><w:t xml:space="preserve">関所 </w:t></w:r><w:r><w:t>札</w:t></w:r></w:p>'),
    '関所 札\n',
  );
  assert.equal(textOf('<sst><si><t>東京</t><rPh sb="0"><t>トウキョウ</t></rPh></si><si><t/></si></sst>'), '東京\n\n');
  assert.equal(textOf('<a:p><a:t>A&amp;B &#x95a2;&#25152;<![CDATA[<c>]]></a:t><a:br/></a:p>'), 'A&B 関所<c>\n\n');
});

test('xmlText() leaves out comments, instructions, deleted text and values', () => {
  assert.equal(textOf('<!-- <t>no</t> --><?x <t>no?><w:delText>no</w:delText><v>12</v><t>yes</t>'), 'yes');
});

test('xmlText() never expands or fetches an entity', () => {
  const xml = '<!DOCTYPE x [<!ENTITY a "boom"><!ENTITY b SYSTEM "file:///etc/passwd">]><t>1&a;&b;2</t>';
  assert.equal(textOf(xml), '1&a;&b;2');
});

test('xmlText() cuts at the characters wanted, and is linear in broken markup', () => {
  assert.deepEqual(xmlText('<t>abcdef</t>', 3), { text: 'abc', isCut: true });
  const started = performance.now();
  for (const piece of ['<', '<t', '<t>', '<!--', '<![CDATA[', '&', '<t><rPh>', '</', '<?'])
    textOf(piece.repeat(200_000));
  assert.ok(performance.now() - started < 20_000);
});

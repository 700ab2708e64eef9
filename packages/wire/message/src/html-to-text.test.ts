import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { htmlToText } from './index.ts';

const PLENTY = 10_000_000;

const CASES: readonly (readonly [what: string, html: string, text: string])[] = [
  [
    'ends lines at block elements',
    '<p>a</p><div>b<br>c</div><table><tr><td>d</td><td>e</td></tr></table>f',
    'a\nb\nc\nd e\nf',
  ],
  ['keeps inline elements within a word', 'お<b>見積</b>書', 'お見積書'],
  ['drops scripts and styles', 'a<script>x("</p>")</script><STYLE>b{}</STYLE >c', 'ac'],
  ['drops a script that never ends', 'a<script>b<p>c', 'a'],
  ['drops comments and declarations', '<!DOCTYPE html><!-- a > b -->c<?xml version="1.0"?>d', 'cd'],
  [
    'keeps the text of links and of images',
    '<a href="https://x.example">here</a><img alt="a &amp; b" src=x>',
    'here a & b',
  ],
  [
    'decodes references by name and number',
    '&lt;&amp;&gt;&nbsp;&#12354;&#x3042;&copy;&eacute;&Omega;&hellip;&#150;',
    '<&>\u00a0ああ©éΩ…–',
  ],
  ['leaves unknown references alone', 'R&D &unknown; &#; &#x; &', 'R&D &unknown; &#; &#x; &'],
  ['makes impossible numbers U+FFFD', '&#0;&#xD800;&#99999999;', '\ufffd\ufffd\ufffd'],
  ['collapses white space', '  a \r\n\t b  ', 'a b'],
  ['joins Japanese lines that the source folds', 'お見積\r\n  書を ABC\n社', 'お見積書を ABC 社'],
  ['keeps the white space of pre', '<pre>a\n  b</pre>c', 'a\n  b\nc'],
  ['reads attributes with > in quotes', '<a title="a > b" alt=\'c\'>d</a>', 'd'],
  ['keeps a lone less-than sign', '1 < 2 <3 <', '1 < 2 <3 <'],
  ['drops a tag that never ends', 'a<b c="', 'a'],
];

for (const [what, html, text] of CASES) {
  test(`htmlToText() ${what}`, () => {
    assert.equal(htmlToText(html, PLENTY), text);
  });
}

test('htmlToText() gives no more characters than asked for', () => {
  assert.equal(htmlToText('<p>abc</p><p>def</p>', 5), 'abc\nd');
});

const HUGE: readonly (readonly [name: string, html: string])[] = [
  ['nested elements', '<div><b>'.repeat(50_000)],
  ['open tags', '<a '.repeat(200_000)],
  ['open quotes', '<a b="'.repeat(100_000)],
  ['comments without end', '<!--'.repeat(200_000)],
  ['declarations', '<!'.repeat(200_000)],
  ['scripts', '<script>'.repeat(100_000)],
  ['scripts that end', '<script></script>'.repeat(50_000)],
  ['references', '&'.repeat(500_000)],
  ['spaces', ' '.repeat(1_000_000)],
  ['attributes', `<a ${'b=c '.repeat(200_000)}>`],
];

for (const [name, html] of HUGE) {
  test(`htmlToText() reads ${html.length} characters of ${name} in bounded time`, () => {
    const started = performance.now();
    htmlToText(html, PLENTY);
    assert.ok(performance.now() - started < 2_000);
  });
}

test('htmlToText() takes any text and never makes it longer than its source and the line ends', () => {
  const piece = fc.constantFrom(
    '<',
    '>',
    '"',
    "'",
    '=',
    '/',
    '!',
    '--',
    'p',
    'script',
    'pre',
    'img',
    'alt',
    ' ',
    '\n',
    '&lt;',
    '見',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const html = pieces.join('');
      assert.ok(htmlToText(html, PLENTY).length <= html.length);
    }),
    { numRuns: 1_000 },
  );
});

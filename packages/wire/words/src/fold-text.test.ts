import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { foldText } from './index.ts';

test('foldText() makes half-width kana and full-width Latin the usual width', () => {
  assert.equal(foldText('ｶﾞﾊﾟ ＡＢＣ１２３'), 'ガパ abc123');
});

test('foldText() keeps katakana and hiragana apart, and iteration marks as they are', () => {
  assert.notEqual(foldText('サクラ'), foldText('さくら'));
  assert.equal(foldText('佐々木 いすゞ'), '佐々木 いすゞ');
});

test('foldText() parts Latin from the kana it is glued to', () => {
  assert.equal(foldText('ABC商事のPDFファイル'), 'abc 商事の pdf ファイル');
});

test('foldText() joins Japanese text over one line end, indentation and quote marks included', () => {
  assert.equal(foldText('見積\r\n書'), '見積書');
  assert.equal(foldText('見積\n  書'), '見積書');
  assert.equal(foldText('> 見積\n> 書'), '見積書');
  assert.equal(foldText('>> 見積\n>> 書'), '見積書');
});

test('foldText() does not join over an empty line, a space, or punctuation', () => {
  assert.equal(foldText('見積\n\n書'), '見積 書');
  assert.equal(foldText('見積 書'), '見積 書');
  assert.equal(foldText('見積,\n書'), '見積 書');
});

test('foldText() keeps Latin words at line ends apart', () => {
  assert.equal(foldText('over\nview'), 'over view');
  assert.equal(foldText('見積\nABC'), '見積 abc');
});

test('foldText() makes the wave dash and the minus of Windows and of JIS the same', () => {
  assert.equal(foldText('１０〜２０、−５'), foldText('１０～２０、－５'));
  assert.equal(foldText('‖'), foldText('∥'));
  assert.equal(foldText('—'), foldText('―'));
});

test('foldText() leaves out variation selectors, joiners and bidi marks', () => {
  assert.equal(foldText('葛\u{e0100}城'), '葛城');
  assert.equal(foldText('請求書\u202efdp.exe'), '請求書 fdp exe');
  assert.equal(foldText('か\u200d\u3099'), 'が');
});

test('foldText() keeps Japanese punctuation, symbols and emoji: they can be searched', () => {
  assert.equal(foldText('表示・能力。👍🏽'), '表示・能力。👍🏽');
});

test('foldText() replaces lone surrogates and takes controls for gaps', () => {
  assert.equal(foldText('a\ud800b'), 'a \ufffd b');
  assert.equal(foldText('a\0b'), 'a b');
});

test('foldText() cuts a word of more than 64 characters', () => {
  assert.equal(foldText('x'.repeat(130)), `${'x'.repeat(64)} ${'x'.repeat(64)} xx`);
});

test('foldText() folded twice is folded once', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      assert.equal(foldText(foldText(text)), foldText(text));
    }),
    { numRuns: 200 },
  );
});

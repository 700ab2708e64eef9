/** peers: truncated and invalid encodings, wrong labels, escapes across lines, characters of vendors. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeBody, decodeCharset, decodeHeader, decodeText, parseMessage } from './index.ts';

const PLENTY = 100_000;
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const body = (header: string, content: string) => {
  const raw = latin1(`${header}\r\n\r\n${content}`);
  return decodeText(raw, parseMessage(raw).root, PLENTY);
};

test('decodeCharset() reads what Windows and mobile mailers put into ISO-2022-JP', () => {
  const read = (text: string) => decodeCharset(latin1(text), 'iso-2022-jp').text;
  assert.equal(read('\x1b(I6E\x1b(B'), 'ｶﾅ');
  assert.equal(read('\x0e6E\x0f'), 'ｶﾅ');
  assert.equal(read('\x1b$B-!|byu\x1b(B'), '①髙﨑');
  assert.equal(read('\x1b$@F|\x1b(J~'), '日~');
  assert.equal(read('\x1b$(D0!\x1b(B'), '丂');
  assert.equal(read('\x1b$(Q.!\x1b$(P!!\x1b(B'), '俱𠂉');
  assert.equal(read('\x1b$A0!\x1b$(C0!\x1b(B'), '啊가');
  assert.equal(read('\x1b.A\x1bNi'), 'é');
  assert.equal(read('\x1b$(O!+%w\x1b(B'), '゛カ\u309a');
});

test('decodeCharset() leaves Japanese at a line end that no escape precedes (RFC 1468)', () => {
  assert.equal(decodeCharset(latin1('\x1b$B4X=j\r\nplain'), 'iso-2022-jp').text, '関所\r\nplain');
});

test('decodeCharset() survives every cut of every Japanese encoding', () => {
  const texts: [string, Buffer][] = [
    ['iso-2022-jp', latin1('\x1b$B4X=j\x1b(I6E\x1b(B abc \x1b$(Q.!\x1b(B')],
    ['shift_jis', Buffer.from([0x8a, 0xd6, 0x8f, 0x8a, 0xb6, 0x41])],
    ['euc-jp', Buffer.from([0xb4, 0xd8, 0x8f, 0xb0, 0xa1, 0x8e, 0xb6])],
    ['utf-8', Buffer.from('関所🍣')],
    ['utf-7', latin1('+lsJiQA-')],
    ['utf-16', Buffer.from('\ufeff関所', 'utf16le')],
  ];
  for (const [charset, octets] of texts) {
    for (let cut = 0; cut <= octets.length; cut++) {
      const { text } = decodeCharset(octets.subarray(0, cut), charset);
      assert.ok(text.isWellFormed(), `${charset} cut at ${cut}`);
    }
  }
});

test('decodeCharset() takes vendor characters of Shift_JIS and EUC-JP, and the labels of their vendors', () => {
  for (const label of ['Shift_JIS', 'x-sjis', 'CP932', 'windows-31j', 'MS_Kanji']) {
    assert.equal(decodeCharset(Buffer.from([0x87, 0x40, 0xee, 0xe0, 0xfb, 0xfc]), label).text, '①髙髙');
  }
  assert.equal(decodeCharset(Buffer.from([0xad, 0xa1, 0x8e, 0xb6, 0x8f, 0xb0, 0xa1]), 'eucJP-ms').text, '①ｶ丂');
});

test('decodeCharset() says when the label is unknown or wrong, and reads by the octets', () => {
  const utf8 = Buffer.from('お見積書');
  assert.deepEqual(decodeCharset(utf8, 'x-nobody-knows'), {
    text: 'お見積書',
    charset: 'utf-8',
    defects: ['charset-unknown'],
  });
  assert.deepEqual(decodeCharset(utf8, 'iso-2022-jp'), {
    text: 'お見積書',
    charset: 'utf-8',
    defects: ['charset-mismatch'],
  });
  assert.equal(decodeCharset(Buffer.from([0x82, 0xa8, 0x8c, 0xa9]), 'utf-8').text, 'お見');
});

test('decodeCharset() does not take accented Latin letters for Japanese', () => {
  for (const text of ['Gambler wins £7,000', 'Formação', 'Die Frösche und Müller', 'café', 'Été à la plage']) {
    assert.equal(decodeCharset(latin1(text)).text, text);
  }
});

test('decodeCharset() never guesses UTF-7 and never guesses a replacement decoder', () => {
  assert.equal(decodeCharset(latin1('+ADw-script+AD4-')).text, '+ADw-script+AD4-');
  assert.equal(decodeCharset(latin1('+ADw-b+AD4-'), 'UTF-7').text, '<b>');
  assert.equal(decodeCharset(latin1('abc'), 'hz-gb-2312').text, 'abc');
});

test('decodeHeader() joins characters and escape states that are cut between encoded words', () => {
  assert.equal(decodeHeader('=?UTF-8?B?56ys77yS5Zue5g==?=\r\n =?UTF-8?B?iZPlkIg=?='.replace('\r\n', '')), '第２回打合');
  assert.equal(decodeHeader('=?ISO-2022-JP?B?GyRCMnE1RCRONUQ=?= =?ISO-2022-JP?B?O3YbKEI=?='), '会議の議事');
});

test('decodeHeader() starts an ISO-2022-JP word in ASCII when it does not leave Japanese itself', () => {
  assert.equal(decodeHeader('=?ISO-2022-JP?B?GyRCMnE=?= =?ISO-2022-JP?B?YWJj?='), '会abc');
});

test('decodeHeader() decodes words glued to text, with spaces inside, with a language, raw text between them', () => {
  assert.equal(decodeHeader('Re:=?utf-8?B?44GC?=!'), 'Re:あ!');
  assert.equal(decodeHeader('=?utf-8?Q?a b c?= d'), 'a b c d');
  assert.equal(decodeHeader('=?utf-8*ja?Q?=E3=81=82?='), 'あ');
  assert.equal(decodeHeader('=?utf-8?Q?a?= \t =?utf-8?Q?b?='), 'ab');
  assert.equal(decodeHeader('=?utf-8?Q?a?= x =?utf-8?Q?b?='), 'a x b');
});

test('decodeHeader() leaves alone what is no encoded word', () => {
  for (const text of [
    '=?',
    '=?utf-8?',
    '=?utf-8?B?',
    '=?utf-8?X?a?=',
    '=??Q?a?=',
    '=?a b?Q?a?=',
    '?=',
    '=?utf-8?Q?a',
    'a =?= b',
  ]) {
    assert.equal(decodeHeader(text), text);
  }
});

test('decodeHeader() keeps NUL, line ends and bidi marks as data', () => {
  assert.equal(decodeHeader('=?utf-8?Q?a=00=0D=0Ab=E2=80=AE?='), 'a\0\r\nb\u202e');
});

test('decodeBody() keeps broken quoted-printable and tells it', () => {
  const raw = latin1('Content-Transfer-Encoding: quoted-printable\r\n\r\n=\r\n=4\r\n=ZZ=3D=\t \r\nsoft= \r\nend=');
  const decoded = decodeBody(raw, parseMessage(raw).root, PLENTY);
  assert.equal(decoded.octets.toString(), '=4\r\n=ZZ=softend');
  assert.deepEqual(decoded.defects, ['quoted-printable-broken']);
});

test('decodeText() makes a lone surrogate or NUL no text that a store would refuse, except NUL, which is data', () => {
  const { text } = body('Content-Type: text/plain; charset=utf-16', '\xfe\xff\xd8\x00\x00a\x00\x00');
  assert.ok(text.isWellFormed());
  assert.match(text, /a\0$/);
});

test('decodeText() reads the meta element of a page only where the header says nothing', () => {
  const page = '<meta charset="shift_jis">\x82\xa0';
  assert.match(body('Content-Type: text/html', page).text, /あ$/);
  assert.match(body('Content-Type: text/html; charset=utf-8', '<meta charset="shift_jis">\xe3\x81\x82').text, /あ$/);
});

test('decodeText() decodes no more octets than asked for, and says that there are more', () => {
  const raw = latin1(`Content-Transfer-Encoding: base64\r\n\r\n${Buffer.from('a'.repeat(300)).toString('base64')}`);
  const text = decodeText(raw, parseMessage(raw).root, 100);
  assert.equal(text.text.length, 100);
  assert.equal(text.truncated, true);
});

test('decodeBody() decodes a large base64 body in pieces like a small one, padding inside included', () => {
  const octets = Buffer.alloc(6_000_001, 'sekisho');
  const lines = octets.toString('base64').replace(/.{61}/g, '$&\r\n');
  const raw = latin1(`Content-Transfer-Encoding: base64\r\n\r\nYQ==\r\n${lines}\r\n`);
  const { root } = parseMessage(raw);
  const decoded = decodeBody(raw, root, 10_000_000).octets;
  assert.ok(decoded.equals(Buffer.concat([Buffer.from('a'), octets])));
  assert.equal(decodeBody(raw, root, 1_000_000).octets.length, 1_000_000);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import Encoding from 'encoding-japanese';
import { formatAddress } from '@sekisho/terms';
import { RecipientFileError } from './errors.ts';
import { type RecipientFile, parseRecipientCsv } from './parse-recipient-csv.ts';
import { parseRecipientAddress } from './recipient-address.ts';

const parse = (text: string) => parseRecipientCsv(Buffer.from(text));
const short = ({ rows }: RecipientFile) =>
  rows.map(({ line, address, display }) => [line, formatAddress(address), display]);
const shiftJis = (text: string) => Uint8Array.from(Encoding.convert(Encoding.stringToCode(text), 'SJIS', 'UNICODE'));

test('parseRecipientCsv() reads addresses and names, with or without headings', () => {
  const expected = [
    ['taro@hoshi.example', '太郎'],
    ['hanako@hoshi.example', ''],
  ];
  const files = [
    'taro@hoshi.example,太郎\nhanako@hoshi.example',
    '\ufeffメールアドレス,氏名\r\ntaro@hoshi.example,太郎\r\nhanako@hoshi.example,\r\n',
    'No,表示名,Email\r1,太郎,taro@hoshi.example\r2,,hanako@hoshi.example\r',
    '"taro@HOSHI.example","太郎"\n\n , \n"hanako@hoshi.example",""\n',
  ];
  for (const file of files)
    assert.deepEqual(
      short(parse(file)).map(([, ...rest]) => rest),
      expected,
      file,
    );
});

test('parseRecipientCsv() finds Shift_JIS by itself, or is told', () => {
  const octets = shiftJis('アドレス,氏名\ntaro@hoshi.example,髙橋 表①\n');
  const found = parseRecipientCsv(octets);
  assert.deepEqual([found.charset, short(found)], ['shift_jis', [[2, 'taro@hoshi.example', '髙橋 表①']]]);
  assert.deepEqual(parseRecipientCsv(octets, 'shift_jis').rows, found.rows);
  assert.throws(() => parseRecipientCsv(octets, 'utf-8'), RecipientFileError);
  assert.equal(parse('a@hoshi.example,太郎').charset, 'utf-8');
});

test('parseRecipientCsv() counts lines through quoted breaks and names them in faults', () => {
  const { rows, faults } = parse(
    'address,name\na@hoshi.example,"two\nlines"\nno address\nb@hoshi.example\nB@hoshi.example\n,x\n"c""d@hoshi.example"',
  );
  assert.deepEqual(
    rows.map(({ line }) => line),
    [5],
  );
  assert.deepEqual(
    faults.map(({ line, fault }) => `${line} ${fault}`),
    [
      '2 a display name has 200 characters at most, and none of control',
      '4 no address: "no address"',
      '6 the address is in line 5 already',
      '7 no address',
      '8 no address: "c"d@hoshi.example"',
    ],
  );
});

test('parseRecipientCsv() refuses what is no such file', () => {
  const refused = [
    Buffer.from('\ufeffa@b.example', 'utf16le'),
    Buffer.from([0xff, 0xff, 0x80, 0xfd]),
    Buffer.from('"a@b.example'),
    Buffer.from('"a@b.example"x\n'),
    Buffer.alloc(33 * 1024 * 1024, 'a'),
  ];
  for (const octets of refused) assert.throws(() => parseRecipientCsv(octets), RecipientFileError);
  assert.deepEqual(parse(''), { charset: 'utf-8', rows: [], faults: [] });
});

test('parseRecipientAddress() takes what people have, and nothing else', () => {
  const taken = {
    'Taro.Hoshi+x@Hoshi.Example': 'Taro.Hoshi+x@hoshi.example',
    '太郎@日本語.example': '太郎@xn--wgv71a119e.example',
    'taro..hoshi.@docomo.example': '"taro..hoshi."@docomo.example',
  };
  for (const [text, address] of Object.entries(taken))
    assert.equal(formatAddress(parseRecipientAddress(text)!), address);
  const refused = [
    '',
    '@',
    'taro',
    '@hoshi.example',
    'taro@',
    'a b@hoshi.example',
    'a@b@hoshi.example',
    'a\u0000@hoshi.example',
  ];
  const more = [
    '<a@hoshi.example>',
    'a,b@hoshi.example',
    'a@192.0.2.1',
    'a@[192.0.2.1]',
    'a@ho_shi.example',
    `${'a'.repeat(65)}@hoshi.example`,
  ];
  for (const text of [...refused, ...more]) assert.equal(parseRecipientAddress(text), null, text);
});

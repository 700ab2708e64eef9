/** peers: scanner and mail client read one message differently, and the difference carries the attachment. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AmbiguityName,
  attachmentsOf,
  decodeBody,
  decodeText,
  everyPart,
  messageLimits,
  parseMessage,
  partName,
  readEncoded,
} from './index.ts';

const PLENTY = 100_000;
const EVIL = 'Content-Disposition: attachment; filename=evil.exe\r\n\r\nMZ\r\n';
const mixed = (parameters: string) => `MIME-Version: 1.0\r\nContent-Type: multipart/mixed; ${parameters}\r\n\r\n`;

/** Mails in which some readers, but not all, find `evil.exe`. */
const HIDDEN: readonly (readonly [name: string, ambiguity: AmbiguityName, mail: string])[] = [
  [
    'a second Content-Type',
    'content-type-twice',
    `Content-Type: text/plain\r\n${mixed('boundary=x')}--x\r\n${EVIL}--x--\r\n`,
  ],
  [
    'a second boundary',
    'boundary-twice',
    `${mixed('boundary=x; boundary=y')}--x\r\n\r\nhi\r\n--y\r\n${EVIL}--y--\r\n--x--\r\n`,
  ],
  [
    'a boundary in a comment',
    'boundary-in-comment',
    `${mixed('(boundary=y;) boundary=x')}--x\r\n\r\nhi\r\n--y\r\n${EVIL}--y--\r\n--x--\r\n`,
  ],
  [
    'a boundary in RFC 2231 sections beside a plain one',
    'boundary-rfc2231',
    `${mixed('boundary=x; boundary*0=a; boundary*1=b')}--x\r\n\r\nhi\r\n--ab\r\n${EVIL}--ab--\r\n--x--\r\n`,
  ],
  [
    'a boundary with a backslash',
    'boundary-quoted-pair',
    `${mixed('boundary="a\\b"')}--ab\r\n\r\nhi\r\n--a\\b\r\n${EVIL}--a\\b--\r\n--ab--\r\n`,
  ],
  [
    'an unquoted boundary with a space',
    'boundary-space',
    `${mixed('boundary=a b')}--a\r\n\r\nhi\r\n--a b\r\n${EVIL}--a b--\r\n--a--\r\n`,
  ],
  [
    'a boundary that begins with a space',
    'boundary-space',
    `${mixed('boundary=" x"')}-- x\r\n\r\nhi\r\n--x\r\n${EVIL}--x--\r\n-- x--\r\n`,
  ],
  [
    'a line that only begins with the boundary',
    'boundary-prefix',
    `${mixed('boundary=x')}--x\r\n\r\nhi\r\n--xyz\r\n${EVIL}--x--\r\n`,
  ],
  [
    'a part behind the end boundary',
    'epilogue-parts',
    `${mixed('boundary=x')}--x\r\n\r\nhi\r\n--x--\r\n--x\r\n${EVIL}--x--\r\n`,
  ],
  ['a missing end boundary', 'end-boundary-missing', `${mixed('boundary=x')}--x\r\n${EVIL}`],
  ['an empty boundary', 'boundary-empty', `${mixed('boundary=""')}--\r\n${EVIL}----\r\n`],
  [
    'the boundary of the outer multipart used again inside',
    'boundary-reused',
    `${mixed('boundary=x')}--x\r\n${mixed('boundary=x')}--x\r\n\r\nhi\r\n--x--\r\n--x\r\n${EVIL}--x--\r\n`,
  ],
  [
    'a body that begins at a line that is no field',
    'header-garbage',
    `Content-Type: multipart/mixed; boundary=x\r\nno field\r\n--x\r\n${EVIL}--x--\r\n`,
  ],
  [
    'an empty line of bare LF within the header',
    'bare-lf-in-header',
    `Subject: a\r\nX-A: b\n\n${mixed('boundary=x')}--x\r\n${EVIL}--x--\r\n`,
  ],
  [
    'a space before the colon',
    'space-before-colon',
    `Content-Type : multipart/mixed; boundary=x\r\n\r\n--x\r\n${EVIL}--x--\r\n`,
  ],
  [
    'quotes inside raw ISO-2022-JP',
    'multibyte-quoting',
    `Content-Type: multipart/mixed; name="\x1b$B"; boundary=y; a="\x1b(B"; boundary=x\r\n\r\n--x\r\n\r\nhi\r\n--x--\r\n--y\r\n${EVIL}--y--\r\n`,
  ],
  [
    'uuencode in a text',
    'uuencoded-in-text',
    'Subject: a\r\n\r\nhi\r\nbegin 644 evil.exe\r\n"35H \r\n`\r\nend\r\nbye\r\n',
  ],
  [
    'readings inside a reading',
    'boundary-twice',
    `${mixed('boundary=x; boundary=y')}--x\r\n\r\nhi\r\n--y\r\n${mixed('boundary=u; boundary=v')}--u\r\n\r\nhi\r\n--v\r\n${EVIL}--v--\r\n--u--\r\n--y--\r\n--x--\r\n`,
  ],
];

for (const [name, ambiguity, text] of HIDDEN) {
  test(`parseMessage() finds an attachment behind ${name}, and says so`, () => {
    const raw = Buffer.from(text, 'latin1');
    const tree = parseMessage(raw);
    assert.ok(
      tree.ambiguities.some((found) => found.name === ambiguity),
      JSON.stringify(tree.ambiguities),
    );
    const evil = attachmentsOf(tree).filter((part) => partName(part) === 'evil.exe');
    const bodies = evil.map((part) => decodeBody(raw, part, PLENTY).octets.toString().trim());
    assert.ok(bodies.includes('MZ'), bodies.join());
  });
}

test('parseMessage() offers every transfer encoding that is declared, and both for one that it does not know', () => {
  for (const header of ['7bit\r\nContent-Transfer-Encoding: base64', 'x-mystery']) {
    const raw = Buffer.from(`Content-Transfer-Encoding: ${header}\r\n\r\nTVo=\r\n`);
    const bodies = [...everyPart(parseMessage(raw))].map((part) => decodeBody(raw, part, PLENTY).octets.toString());
    assert.ok(bodies.includes('MZ'), bodies.join());
  }
});

test('readEncoded() opens a message that is base64 as a whole', () => {
  const inner = Buffer.from(`Subject: a\r\nContent-Type: application/x; name=evil.exe\r\n\r\nMZ`).toString('base64');
  const raw = Buffer.from(`Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n${inner}\r\n`);
  const tree = parseMessage(raw);
  assert.deepEqual(
    tree.ambiguities.map((ambiguity) => ambiguity.name),
    ['encoded-message'],
  );
  const reading = readEncoded(raw, tree.root, PLENTY)!;
  assert.equal(partName(reading.tree.root), 'evil.exe');
});

test('a name in a Content-Type that is broken is still a name', () => {
  for (const value of [
    '; name=evil.exe',
    'text; name="evil.exe"',
    'application/; name=evil.exe',
    'a/b/c;;name=evil.exe',
  ]) {
    const tree = parseMessage(Buffer.from(`Content-Type: ${value}\r\n\r\nMZ`));
    assert.equal(tree.root.name, 'evil.exe', value);
    assert.deepEqual(
      tree.ambiguities.map((ambiguity) => ambiguity.name),
      ['content-type-broken'],
    );
  }
});

test('every name that a reader may take is kept, and different extensions are told', () => {
  const raw = Buffer.from(
    "Content-Type: text/plain; name=readme.txt\r\nContent-Disposition: attachment; filename=a.exe; filename*=utf-8''b.pdf\r\n\r\nMZ",
  );
  const { root, ambiguities } = parseMessage(raw);
  assert.equal(root.name, 'b.pdf');
  assert.deepEqual(root.otherNames, ['a.exe', 'readme.txt']);
  assert.deepEqual(
    ambiguities.map((ambiguity) => ambiguity.name),
    ['name-conflict'],
  );
});

test('base64 behind padding is decoded as well, and told', () => {
  const raw = Buffer.from('Content-Type: application/x\r\nContent-Transfer-Encoding: base64\r\n\r\nYQ==\r\nTVo=\r\n');
  const tree = parseMessage(raw);
  assert.deepEqual(
    tree.ambiguities.map((ambiguity) => ambiguity.name),
    ['base64-padding-inside'],
  );
  const body = decodeBody(raw, tree.root, PLENTY);
  assert.equal(body.octets.toString(), 'aMZ');
  assert.deepEqual(body.defects, ['base64-padding-inside']);
});

test('a message without oddities has no ambiguities and no other readings', () => {
  const raw = Buffer.from(
    `From: a@b.example\r\n${mixed('boundary="x"')}preamble\r\n--x\r\n\r\nhi\r\n--x\r\n${EVIL}--x--\r\nepilogue\r\n`,
  );
  const tree = parseMessage(raw);
  assert.deepEqual(tree.ambiguities, []);
  assert.ok([...everyPart(tree)].every((part) => part.otherReadings === undefined));
  assert.equal(decodeText(raw, tree.root.parts![0]!, PLENTY).text, 'hi');
});

test('readings beyond the limit are told, not read', () => {
  const level = (depth: number): string =>
    depth === 0
      ? EVIL
      : `${mixed(`boundary=x${depth}; boundary=y${depth}`)}--x${depth}\r\n${level(depth - 1)}--x${depth}--\r\n`;
  const raw = Buffer.from(level(40) + ' '.repeat(100_000));
  const tree = parseMessage(raw, { ...messageLimits, readings: 1 });
  assert.ok(tree.overLimits.includes('readings'));
});

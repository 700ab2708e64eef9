import { test } from 'node:test';
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import {
  attachmentsOf,
  decodeBody,
  decodeHeader,
  decodeText,
  everyPart,
  htmlToText,
  messageSummary,
  parseAddressList,
  parseMessage,
  partName,
  readTree,
  serializeTree,
  TreeFormatError,
} from './index.ts';
import { assertWithin, fixtureMails } from './testing.ts';

const PLENTY = 1_000_000;

/** Pieces of which mails are made: put together at random they hit every branch of the parser. */
const PIECES = [
  ...[
    '\r\n',
    '\n',
    '\r',
    '\r\n\r\n',
    '\n\n',
    ' ',
    '\t',
    ':',
    ';',
    '"',
    '\\',
    '(',
    ')',
    '<',
    '>',
    '@',
    ',',
    '=',
    '\0',
    '\x1b$B',
    '\x1b(B',
  ],
  ...[
    'From: ',
    'To: ',
    'Subject: ',
    'Content-Type: ',
    'Content-Transfer-Encoding: ',
    'Content-Disposition: attachment; ',
  ],
  ...[
    'multipart/mixed; boundary=x',
    'multipart/digest; boundary="xy"',
    'message/rfc822',
    'text/plain; charset=',
    'text/html',
  ],
  ...[
    'base64',
    'quoted-printable',
    'x-uuencode',
    'filename=',
    'filename*=',
    'filename*0*=',
    "iso-2022-jp''%1b",
    'name=a.exe',
  ],
  ...[
    '--x',
    '--xy',
    '--x--',
    '--xy--',
    '\r\n--x\r\n',
    '\r\n--x--\r\n',
    '\r\n--xy\r\n',
    'begin 644 a\r\n#0V%T\r\n`\r\nend\r\n',
  ],
  ...[
    '=?utf-8?B?',
    '=?iso-2022-jp?Q?',
    '?=',
    '=E3=81=82',
    '=\r\n',
    'TVqQAAMAAAA=',
    'a',
    '<b>',
    '&amp;',
    '<script>',
    '\x95\x5c',
    '\xe3\x81\x82',
  ],
];

const mail = fc
  .array(fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...PIECES) }, fc.string({ maxLength: 8 })), { maxLength: 60 })
  .map((pieces) => Buffer.from(pieces.join(''), 'latin1'));
const octets = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array));
/** A fixture with a few octets changed. */
const mails = [...fixtureMails('japanese-generated'), ...fixtureMails('hostile-generated')].filter(
  ({ raw }) => raw.length > 0 && raw.length < 20_000,
);
const mutated = fc
  .tuple(fc.constantFrom(...mails), fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 12 }))
  .map(([{ raw }, changes]) => {
    const copy = Buffer.from(raw);
    for (const [at, octet] of changes) copy[at % copy.length] = octet;
    return copy;
  });

function useEverything(raw: Buffer): void {
  const tree = parseMessage(raw);
  assertWithin(tree, raw);
  messageSummary(raw, tree);
  for (const part of everyPart(tree)) {
    partName(part);
    const body = decodeBody(raw, part, PLENTY);
    assert.ok(body.octets.length <= part.body[1] - part.body[0]);
    htmlToText(decodeText(raw, part, PLENTY).text, PLENTY);
  }
  attachmentsOf(tree);
  assert.ok(isDeepStrictEqual(readTree(serializeTree(tree)), tree));
}

test('no octets make the parser or a decoder throw, and offsets stay inside one another', () => {
  fc.assert(fc.property(mail, useEverything), { numRuns: 1_500 });
  fc.assert(fc.property(octets, useEverything), { numRuns: 200 });
});

test('fixtures with changed octets are read as well', () => {
  fc.assert(fc.property(mutated, useEverything), { numRuns: 300 });
});

test('each octet belongs to at most one leaf of our own reading', () => {
  fc.assert(
    fc.property(mail, (raw) => {
      const { root } = parseMessage(raw);
      const leaves: (typeof root)[] = [];
      const stack = [root];
      for (let part = stack.pop(); part !== undefined; part = stack.pop()) {
        const inside = [...(part.parts ?? []), ...(part.message ? [part.message] : [])];
        if (inside.length === 0) leaves.push(part);
        stack.push(...inside);
      }
      const total = leaves.reduce((sum, part) => sum + part.body[1] - part.body[0], 0);
      assert.ok(total <= raw.length);
    }),
    { numRuns: 500 },
  );
});

test('decodeHeader() and parseAddressList() take any text', () => {
  fc.assert(
    fc.property(mail, (raw) => {
      decodeHeader(raw);
      for (const { address } of parseAddressList(raw)) assert.ok(address === '' || address.includes('@'));
    }),
    { numRuns: 1_000 },
  );
});

test('readTree() gives a tree or a TreeFormatError for any octets', () => {
  const stored = mails.map(({ raw }) => serializeTree(parseMessage(raw)));
  const damaged = fc
    .tuple(fc.constantFrom(...stored), fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 6 }), fc.nat())
    .map(([tree, changes, length]) => {
      const copy = Buffer.from(tree);
      for (const [at, octet] of changes) copy[at % copy.length] = octet;
      return copy.subarray(0, length % 3 === 0 ? length % copy.length : copy.length);
    });
  fc.assert(
    fc.property(fc.oneof(damaged, octets), (array) => {
      try {
        readTree(array);
      } catch (error) {
        assert.ok(error instanceof TreeFormatError);
      }
    }),
    { numRuns: 1_000 },
  );
});

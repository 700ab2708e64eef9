import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import {
  attachmentsOf,
  decodeBody,
  decodeText,
  everyPart,
  htmlToText,
  messageSummary,
  parseMessage,
  partName,
  readEncoded,
  readTree,
  serializeTree,
} from './index.ts';
import { assertWithin, fixtureExpectations, fixtureMails } from './testing.ts';

const FOLDER = 'hostile-generated';
const PLENTY = 10_000_000;
/** Far above what is needed, so that a busy machine does not fail; quadratic work takes minutes on these mails. */
const SLOWEST_MS = 3_000;
const EICAR = 'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR';

interface Said {
  readonly ambiguities?: readonly string[];
  readonly overLimits?: readonly string[];
  /** Names of attachments in every reading; `null` for one without a name. */
  readonly attachments?: readonly (string | null)[];
  readonly from?: readonly string[];
  /** Some part, decoded, begins with the test virus. */
  readonly eicar?: true;
}

const AUTHOR = 'a@sekisho.example';
const nothing: Said = {};
const holds = (...attachments: (string | null)[]): Said => ({ attachments });
const ambiguous = (...ambiguities: string[]): Said => ({ ambiguities });
const beyond = (...overLimits: string[]): Said => ({ overLimits });

/** What the parse says of each mail; what is not named here must be absent. */
const SAID: Record<string, Said> = {
  'nest-multipart-100.eml': {
    ambiguities: ['boundary-missing', 'boundary-prefix', 'end-boundary-missing', 'header-garbage'],
    overLimits: ['depth', 'parts'],
  },
  'nest-multipart-1000.eml': {
    ambiguities: ['boundary-prefix', 'end-boundary-missing', 'header-garbage'],
    overLimits: ['depth', 'readings'],
  },
  'nest-multipart-20000.eml.gz': {
    ambiguities: ['boundary-prefix', 'end-boundary-missing', 'header-garbage'],
    overLimits: ['ambiguities', 'depth', 'parts', 'readings'],
  },
  'nest-rfc822-1000.eml': { overLimits: ['depth'], attachments: [null] },
  'nest-same-boundary-500.eml': { ambiguities: ['boundary-reused', 'end-boundary-missing'], overLimits: ['depth'] },
  'parts-100000.eml.gz': beyond('parts'),
  'headers-50000.eml.gz': beyond('headerFields'),
  'header-4mb-one-line.eml.gz': beyond('fieldOctets', 'headerOctets', 'lineOctets'),
  'header-folded-200000.eml.gz': beyond('fieldOctets'),
  'header-2000-received.eml.gz': nothing,
  'to-100000-addresses.eml.gz': beyond('addresses', 'fieldOctets', 'headerOctets'),
  'address-parens-50000.eml.gz': beyond('lineOctets'),
  'address-quotes-unclosed.eml': nothing,
  'references-50000.eml.gz': beyond('fieldOctets'),
  'ew-100000.eml.gz': beyond('encodedWords', 'fieldOctets', 'headerOctets'),
  'nul-header.eml': ambiguous('nul-in-header'),
  'nul-body.eml': nothing,
  'nul-name.eml': ambiguous('field-name-control', 'nul-in-header'),
  'bare-lf.eml': nothing,
  'bare-cr.eml': { ambiguities: ['bare-cr-in-header'], from: ['', 'cr@sekisho.example'] },
  'mixed-eol.eml': ambiguous('bare-cr-in-header', 'bare-lf-in-header'),
  'header-body-hidden.eml': ambiguous('bare-lf-in-header'),
  'no-headers.eml': { from: [] },
  'no-body.eml': nothing,
  'empty.eml': { from: [] },
  'only-crlf.eml': { from: [] },
  'garbage-header.eml': ambiguous('field-name-control', 'header-garbage'),
  'space-before-colon.eml': {
    ambiguities: ['from-twice', 'space-before-colon'],
    from: [AUTHOR, 'evil@sekisho.example'],
  },
  'two-from.eml': { ambiguities: ['from-twice'], from: [AUTHOR, 'evil@sekisho.example'] },
  'from-multi-addr.eml': { from: [AUTHOR, 'evil@other.example'] },
  'from-nul-trick.eml': ambiguous('nul-in-header'),
  'from-encoded-addr.eml': {
    from: ['=?utf-8?Q?=63=65=6F=40=62=61=6E=6B=2E=65=78=61=6D=70=6C=65=0A=00?=@sekisho.example'],
  },
  'ct-duplicate.eml': { ambiguities: ['content-type-twice'], attachments: ['evil.exe'] },
  'ct-boundary-twice.eml': { ambiguities: ['boundary-twice'], attachments: ['evil.exe'] },
  'ct-boundary-empty.eml': ambiguous('boundary-empty'),
  'ct-boundary-2231.eml': ambiguous('boundary-rfc2231'),
  'ct-boundary-prefix.eml': ambiguous('boundary-prefix'),
  'ct-boundary-comment.eml': ambiguous('boundary-in-comment'),
  'multipart-unclosed.eml': { ambiguities: ['end-boundary-missing'], attachments: ['a.exe'] },
  'multipart-epilogue-attachment.eml': { ambiguities: ['epilogue-parts'], attachments: ['late.exe'] },
  'cte-base64-in-multipart.eml': ambiguous('boundary-missing', 'encoded-multipart'),
  'cte-unknown.eml': ambiguous('transfer-encoding-unknown'),
  'cte-base64-junk.eml': { ambiguities: ['base64-junk', 'base64-padding-inside'], attachments: [null] },
  'qp-broken.eml': nothing,
  'html-script.eml': nothing,
  'html-meta-utf7.eml': nothing,
  'html-huge-nesting.eml.gz': nothing,
  'html-links-20000.eml.gz': nothing,
  'eicar-plain.eml': { attachments: ['eicar.com'], eicar: true },
  'eicar-zip.eml': holds('e.zip'),
  'eicar-zip-zip.eml': holds('e2.zip'),
  'eicar-zip-20-deep.eml': holds('deep.zip'),
  'eicar-tgz.eml': holds('e.tar.gz'),
  'eicar-qp-no-filename.eml': { attachments: [null], eicar: true },
  'eicar-uu.eml': { ambiguities: ['uuencoded-in-text'], attachments: ['e.com'], eicar: true },
  'eicar-double-ext.eml': { attachments: [`report.pdf${' '.repeat(30)}.com`], eicar: true },
  'zipbomb-flat-200mb.eml': holds('z.zip'),
  'zipbomb-nested-200gb.eml': holds('n.zip'),
  'zipbomb-overlap.eml': holds('o.zip'),
  'zip-many-entries.eml.gz': holds('m.zip'),
  'zip-slip.eml': holds('s.zip'),
  'zip-lying-size.eml': holds('l.zip'),
  'gz-bomb.eml': holds('g.gz'),
  'docx-xml-bomb.eml': holds('x.docx'),
  'docx-xxe.eml': holds('xxe.docx'),
  'pdf-js-launch-embedded.eml': holds('a.pdf'),
  'partial-1.eml': holds(null),
  'external-body.eml': holds(null),
  'date-overflow.eml': nothing,
  'ics-rrule-bomb.eml': nothing,
  'tnef-garbage.eml': holds('winmail.dat'),
};

const mails = fixtureMails(FOLDER);
const read = (name: string) => mails.find((mail) => mail.name === name)!.raw;

test('every hostile fixture is known here', () => {
  assert.equal(mails.length, 71);
  assert.deepEqual(Object.keys(SAID).sort(), Object.keys(fixtureExpectations(FOLDER)).sort());
});

for (const { name, raw } of mails) {
  test(`parseMessage() says what there is to say about ${name}, in bounded time`, () => {
    const started = performance.now();
    const tree = parseMessage(raw);
    const summary = messageSummary(raw, tree);
    const decoded = [...everyPart(tree)].map((part) => {
      if (part.subtype === 'html') htmlToText(decodeText(raw, part, PLENTY).text, PLENTY);
      return decodeBody(raw, part, PLENTY).octets;
    });
    assert.ok(performance.now() - started < SLOWEST_MS);

    const { ambiguities = [], overLimits = [], attachments = [], from = [AUTHOR], eicar = false } = SAID[name]!;
    assert.deepEqual([...new Set(tree.ambiguities.map((ambiguity) => ambiguity.name))].sort(), ambiguities);
    assert.deepEqual([...tree.overLimits].sort(), overLimits);
    const files = attachmentsOf(tree).filter((part) => part.message === undefined);
    assert.deepEqual(files.map(partName), attachments);
    assert.deepEqual(
      summary.from.map(({ address }) => address),
      from,
    );
    assert.equal(
      decoded.some((octets) => octets.toString('latin1').startsWith(EICAR)),
      eicar,
    );
    assertWithin(tree, raw);
    assert.ok(isDeepStrictEqual(readTree(serializeTree(tree)), tree));
  });
}

test('messageSummary() takes an impossible date for none', () => {
  const raw = read('date-overflow.eml');
  assert.equal(messageSummary(raw, parseMessage(raw)).date, null);
});

test('readEncoded() opens a multipart that is base64 as a whole', () => {
  const raw = read('cte-base64-in-multipart.eml');
  const reading = readEncoded(raw, parseMessage(raw).root, PLENTY)!;
  const [part] = reading.tree.root.parts!;
  assert.equal(decodeText(reading.raw, part!, PLENTY).text, 'hidden');
});

test('decodeText() never believes a page that calls itself UTF-7', () => {
  const raw = read('html-meta-utf7.eml');
  assert.match(decodeText(raw, parseMessage(raw).root, PLENTY).text, /\+ADw-script/);
});

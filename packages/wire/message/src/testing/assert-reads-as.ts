import assert from 'node:assert/strict';
import {
  attachmentsOf,
  decodeBody,
  decodeText,
  fieldText,
  fileExtension,
  htmlToText,
  type MessageTree,
  messageSummary,
  type Part,
  partName,
  textPartsOf,
} from '../index.ts';

const PLENTY = 1_000_000;

/** What the expectations of the Japanese fixtures say of one mail, by key. */
export type Expectations = Readonly<Record<string, unknown>>;

/** Both mappings of the disputed characters are right; trailing empty lines do not count. */
const plain = (text: string) =>
  text.replace(/\n+$/, '').replaceAll('〜', '～').replaceAll('‖', '∥').replaceAll('−', '－');

/** A mail as the expectations see it. */
function lookAt(raw: Buffer, tree: MessageTree) {
  const texts = textPartsOf(tree).map((part) => ({ part, text: decodeText(raw, part, PLENTY).text }));
  const inner = attachmentsOf(tree).find((part) => part.message !== undefined)?.message;
  return {
    summary: messageSummary(raw, tree),
    texts,
    body: plain(texts[0]?.text ?? ''),
    inner,
    innerBody: plain(texts.find(({ part }) => part === inner)?.text ?? ''),
    attachments: attachmentsOf(tree),
  };
}

type Mail = ReturnType<typeof lookAt>;

const namesOf = (mail: Mail) => mail.attachments.map((part) => partName(part));
const uuencoded = (mail: Mail): Part => mail.attachments.find((part) => part.encoding === 'uuencode')!;

/** One check for each key that expected.json may hold. */
const CHECKS: Record<string, (mail: Mail, expected: never, raw: Buffer) => void> = {
  subject: (mail, expected: string) => assert.equal(plain(mail.summary.subject), plain(expected)),
  subject_any: (mail, expected: string[]) =>
    assert.ok(expected.map(plain).includes(plain(mail.summary.subject)), mail.summary.subject),
  subject_prefix: (mail, expected: string) => assert.ok(mail.summary.subject.startsWith(expected)),
  from_name: (mail, expected: string) => assert.equal(mail.summary.from[0]?.name, expected),
  from_addr: (mail, expected: string) => assert.equal(mail.summary.from[0]?.address, expected),
  to_names: (mail, expected: string[]) =>
    assert.deepEqual(
      mail.summary.to.map(({ name }) => name),
      expected,
    ),
  to_group: (mail, expected: string) => assert.ok(mail.summary.to.every(({ group }) => group === expected)),
  text: (mail, expected: string) => assert.equal(mail.body, plain(expected)),
  text_any: (mail, expected: string[]) => assert.ok(expected.map(plain).includes(mail.body), mail.body),
  text_contains: (mail, expected: string[]) => {
    for (const piece of expected) assert.ok(mail.body.includes(piece), mail.body);
  },
  text_unflowed: (mail, expected: string) => assert.equal(mail.body, expected),
  html_contains: (mail, expected: string[]) => {
    const html = mail.texts.find(({ part }) => part.subtype === 'html')?.text ?? '';
    for (const piece of expected) assert.ok(htmlToText(html, PLENTY).includes(piece), html);
  },
  filenames: (mail, expected: string[]) => assert.deepEqual(namesOf(mail), expected),
  filenames_nfc: (mail, expected: string[]) => assert.deepEqual(namesOf(mail), expected),
  true_extension: (mail, expected: string) => assert.equal(fileExtension(mail.attachments[0]!.name!), expected),
  basename: (mail, expected: string) => assert.deepEqual(namesOf(mail), [expected]),
  inner_subject: (mail, expected: string, raw) => assert.equal(fieldText(raw, mail.inner!, 'subject'), expected),
  inner_text: (mail, expected: string) => assert.equal(mail.innerBody, plain(expected)),
  dsn_status: (mail, expected: string) => {
    const report = mail.texts.find(({ part }) => part.subtype === 'delivery-status');
    assert.match(report?.text ?? '', new RegExp(`^Status: ${expected.replaceAll('.', '\\.')}$`, 'm'));
  },
  calendar_summary: (mail, expected: string) => assert.match(mail.body, new RegExp(`^SUMMARY:${expected}$`, 'm')),
  uu_name: (mail, expected: string) => assert.equal(partName(uuencoded(mail)), expected),
  uu_content: (mail, expected: string, raw) =>
    assert.equal(decodeBody(raw, uuencoded(mail), PLENTY).octets.toString(), expected),
};

/** Of archives inside the mail, or about the fixture: nothing that a parser could answer. */
const NOT_OURS = new Set(['zip_members', 'encrypted', 'password', 'note', 'optional']);

/** Reads a mail through its tree and throws where the reading is not what is expected. */
export function assertReadsAs(raw: Buffer, tree: MessageTree, expectations: Expectations): void {
  const mail = lookAt(raw, tree);
  for (const [key, expected] of Object.entries(expectations)) {
    if (NOT_OURS.has(key)) continue;
    assert.ok(CHECKS[key], `no check for "${key}"`);
    CHECKS[key](mail, expected as never, raw);
  }
}

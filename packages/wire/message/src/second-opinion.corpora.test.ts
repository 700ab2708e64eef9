/** Every file of the third-party corpora through the parser: SEKISHO_CORPORA names their folder. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import {
  decodeText,
  everyPart,
  htmlToText,
  messageSummary,
  type MessageTree,
  parseMessage,
  partName,
  readTree,
  serializeTree,
} from './index.ts';
import { secondOpinions } from './second-opinions.ts';
import { assertWithin } from './testing.ts';

const PLENTY = 10_000_000;
const SLOWEST_MS = 2_000;
const LARGEST_FOR_OTHERS = 400_000;
const NO_MAIL = /\.(json|ya?ml|md|txt|pdf|docx?m?|xlsx?m?|pptx?m?|zip|dat)$|README|LICENSE|\.git/;

/** Mails that others read differently though only one reading is right, and why. */
const KNOWN: Record<string, string> = {
  'stalwart-mail-parser/legacy/017.eml': 'x-uuencode: others leave it encoded',
  'stalwart-mail-parser/legacy/048.eml': 'x-uuencode: others leave it encoded',
  'ruby-mail/attachment_emails/attachment_with_encoded_name.eml': 'an octet of Windows-1252 that mailparser drops',
  'ruby-mail/plain_emails/raw_email8.eml': 'an octet of Windows-1252 that mailparser drops',
  'ruby-mail/plain_emails/raw_email_multiple_from.eml': 'two addresses without a comma: others take the first',
  'ruby-mail/rfc2822/example10.eml': 'comments within an address: others make them part of it',
  'japanese-generated/jp028-iso2022jp2004.eml': 'mailparser does not know JIS X 0213',
  'japanese-generated/jp030-iso2022jp3.eml': 'mailparser does not know JIS X 0213',
  'japanese-generated/jp036-split-inside-escape.eml': 'postal-mime does not carry the escape state over',
  'japanese-generated/jp077-fn-raw-sjis.eml': 'mailparser reads the name as Latin-1',
};

const corpora = process.env['SEKISHO_CORPORA'];
assert.ok(corpora, 'SEKISHO_CORPORA must name the folder of the corpora');

const files = readdirSync(corpora, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();
const isMail = (file: string) => !NO_MAIL.test(file);
const read = (file: string) => (file.endsWith('.gz') ? gunzipSync(readFileSync(file)) : readFileSync(file));
const isOdd = (tree: MessageTree) => tree.ambiguities.length > 0 || tree.overLimits.length > 0;

test('no file of the corpora, mail or not, makes the parser or a decoder throw or linger', () => {
  assert.ok(files.length > 1_000, `only ${files.length} files`);
  for (const file of files) {
    const raw = readFileSync(file);
    const started = performance.now();
    const tree = parseMessage(raw);
    assertWithin(tree, raw);
    messageSummary(raw, tree);
    for (const part of everyPart(tree)) {
      partName(part);
      htmlToText(decodeText(raw, part, PLENTY).text, PLENTY);
    }
    assert.ok(isDeepStrictEqual(readTree(serializeTree(tree)), tree), file);
    assert.ok(performance.now() - started < SLOWEST_MS, `${file}: ${performance.now() - started} ms`);
  }
});

test('postal-mime and mailparser agree on every mail, but for ambiguities that are told', async () => {
  let mails = 0;
  for (const file of files.filter(isMail)) {
    const raw = read(file);
    if (raw.length > LARGEST_FOR_OTHERS) continue;
    mails++;
    const tree = parseMessage(raw);
    const name = relative(corpora, file);
    if (isOdd(tree) || KNOWN[name] !== undefined) continue;
    assert.deepEqual(await secondOpinions(raw, tree), [], name);
  }
  assert.ok(mails > 1_000, `only ${mails} mails`);
});

interface StalwartTree {
  readonly parts: readonly { readonly body: object; readonly offset_body: number; readonly offset_end: number }[];
}

/** Bodies of the leaves, without the line end that some count to the boundary and others do not. */
function leavesOf(tree: MessageTree): [number, number][] {
  const leaves: [number, number][] = [];
  const stack = [tree.root];
  for (let part = stack.pop(); part !== undefined; part = stack.pop()) {
    if (part.parts === undefined) leaves.push([...part.body]);
    else stack.push(...part.parts);
  }
  return leaves.sort((a, b) => a[0] - b[0]);
}

const agree = (ours: readonly [number, number][], theirs: readonly [number, number][]) =>
  ours.length === theirs.length &&
  ours.every(([start, end], i) => Math.abs(start - theirs[i]![0]) <= 2 && Math.abs(end - theirs[i]![1]) <= 2);

test('the trees of mail-parser have the same leaves at the same offsets, but for ambiguities that are told', () => {
  let compared = 0;
  for (const file of files.filter((name) => name.includes('stalwart-mail-parser') && name.endsWith('.eml'))) {
    const opinion = file.replace(/\.eml$/, '.json');
    if (!existsSync(opinion)) continue;
    const { parts } = JSON.parse(readFileSync(opinion, 'utf8')) as StalwartTree;
    const theirs = parts
      .filter(({ body }) => !('Multipart' in body))
      .map((part): [number, number] => [part.offset_body, part.offset_end])
      .sort((a, b) => a[0] - b[0]);
    if (theirs.length === 0) continue;
    const raw = readFileSync(file);
    const unix = Buffer.from(raw.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
    const trees = [parseMessage(raw), parseMessage(unix)];
    compared++;
    assert.ok(
      trees.some((tree) => isOdd(tree) || agree(leavesOf(tree), theirs)),
      `${file} ${leavesOf(trees[0]!).join(' ')}`,
    );
  }
  assert.ok(compared > 90, `only ${compared} trees`);
});

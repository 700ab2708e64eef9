/**
 * Japanese search against a plain scan: hits of the index must be exactly the messages in whose folded text the folded
 * query stands. The scan folds by its own code and knows nothing of tokens.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeText, messageSummary, parseMessage, textPartsOf } from '@sekisho/message';
import { openTestStores } from '@sekisho/tenants/testing';
import { journal } from './journal.ts';
import { migrations } from './migrations.ts';
import { search } from './search.ts';
import { testRow } from './testing.ts';

const FIXTURES = join(import.meta.dirname, '../../../../fixtures/mail/japanese-generated');
const FROM = { name: '山田 花子', address: 'hanako@partner.example' };
const TO = { name: '', address: 'taro@customer.example' };

interface Text {
  readonly subject: string;
  readonly body: string;
}

function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
}

const roll = dice(20261120);
const pick = <T>(list: readonly T[]): T => list[roll(list.length)]!;

const WORDS =
  `東京都庁 京都 会議 議事録 会議室 見積書 請求書 発注 納品 契約書 添付 資料 確認 来週 月曜日 料金 金額 金 車 駅 茶
  本日 日本 本社 社長 社員 員数 株式会社 担当者 者 書類 類似 管理 理由 由来 サーバー システム メンテナンス データ ｻｰﾊﾞｰ ﾃﾞｰﾀ
  さくら サクラ ありがとう アリガトウ ください 髙橋 﨑 𠮷野家 ①番 ㈱関所 Excel ＰＤＦ WindowsでのPC作業 10月 第3回 A社 5F
  invoice Meeting report2026 ver.2.1 e-mail`.split(/\s+/);
const PARTICLES = [
  'の',
  'を',
  'は',
  'に',
  'で',
  'と',
  'が',
  'から',
  'まで',
  '、',
  '。',
  '・',
  ' ',
  '「',
  '」',
  'です',
  'ました',
];

function sentence(length: number): string {
  let text = '';
  while (text.length < length) text += pick(WORDS) + pick(PARTICLES);
  return text;
}

/** Lines of 34 characters, some of them quoted and indented, as mail programs fold them. */
function folded(text: string): string {
  const quote = pick(['', '', '> ', '  ']);
  const lines = [...text].reduce<string[][]>((all, character, at) => {
    if (at % 34 === 0) all.push([]);
    all.at(-1)!.push(character);
    return all;
  }, []);
  return lines.map((line) => line.join('')).join(`\r\n${quote}`);
}

function fixtureTexts(): Text[] {
  const names = readdirSync(FIXTURES).filter((name) => name.endsWith('.eml'));
  return names.map((name) => {
    const raw = readFileSync(join(FIXTURES, name));
    const tree = parseMessage(raw);
    const parts = textPartsOf(tree).map((part) => decodeText(raw, part, 1_000_000).text);
    return { subject: messageSummary(raw, tree).subject, body: parts.join('\n\n') };
  });
}

const generatedTexts = (count: number): Text[] =>
  Array.from({ length: count }, () => ({ subject: sentence(12), body: folded(sentence(60 + roll(200))) }));

/** Anything that is neither ASCII nor a letter, digit or mark of a script with spaces: Japanese and its punctuation. */
const RUN = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\u3099-\u309c\u30fb\u30fc]|[^\x00-\x7f\p{L}\p{N}\p{M}\s\p{Cc}]`;
const FOLD_OF_LINES = new RegExp(String.raw`(?<=${RUN})[ \t\u00a0]*\r?\n[ \t>\u00a0]*(?=${RUN})`, 'gu');
const FROM_RUN = new RegExp(String.raw`(?<=${RUN})(?=[\p{L}\p{N}\p{M}])(?!${RUN})`, 'gu');
const TO_RUN = new RegExp(String.raw`(?<=[\p{L}\p{N}\p{M}])(?<!${RUN})(?=${RUN})`, 'gu');

function scanForm(text: string): string {
  return text
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toWellFormed()
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u2016\u2014\u03c2]/g, (one) => ({ '\u2016': '\u2225', '\u2014': '\u2015' })[one] ?? '\u03c3')
    .replace(FOLD_OF_LINES, '')
    .replace(FROM_RUN, ' ')
    .replace(TO_RUN, ' ')
    .replace(/[\s\p{Cc}\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]+/gu, ' ')
    .trim();
}

const LATIN = /^[a-z0-9]$/;

/** Does the query stand in the text, its Latin words whole? */
function stands(text: string, query: string): boolean {
  for (let at = text.indexOf(query); at >= 0; at = text.indexOf(query, at + 1)) {
    const [before, after] = [text[at - 1] ?? ' ', text[at + query.length] ?? ' '];
    const begins = !LATIN.test(query[0]!) || before === ' ';
    const ends = !LATIN.test(query.at(-1)!) || after === ' ';
    if (begins && ends) return true;
  }
  return false;
}

const toWide = (text: string) => text.replace(/[!-~]/g, (one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0));
const toKatakana = (text: string) =>
  text.replace(/[\u3041-\u3096]/g, (one) => String.fromCharCode(one.charCodeAt(0) + 0x60));

/** Pieces of 1 to 8 characters of the texts, the same in other spellings, and phrases that only look frequent. */
function queriesOf(texts: readonly Text[], count: number): string[] {
  const queries = new Set<string>(WORDS.flatMap((word) => [word, toWide(word), toKatakana(word)]));
  const characters = texts.map(({ subject, body }) => [...`${subject}\n\n${body}`]);
  while (queries.size < count) {
    const from = pick(characters);
    const at = roll(from.length);
    const piece = from.slice(at, at + 1 + roll(8)).join('');
    queries.add(piece);
    const [first, second] = [...scanForm(piece)];
    const other = pick(characters).find((one, next, all) => one === second && all[next + 1] !== undefined);
    if (first && second && other) queries.add(first + second + pick(pick(characters)));
  }
  return [...queries].filter(
    (query) => !/["＂“”「」\uf8fe]/u.test(query) && /[\p{L}\p{N}]/u.test(query.normalize('NFKC')),
  );
}

test('search of Japanese words and phrases of 1 to 8 characters hits what a plain scan hits', async () => {
  const texts = [...fixtureTexts(), ...generatedTexts(250)];
  await using stores = await openTestStores(migrations);
  for (let from = 0; from < texts.length; from += 50)
    await stores.stores.transact(stores.tenant, 'ingest', async (tx, state) => {
      for (const [at, text] of texts.slice(from, from + 50).entries())
        await journal(tx, testRow({ number: from + at + 1, ...text, from: FROM, to: TO, messageId: null }), state);
    });
  const fields = texts.map(({ subject, body }) =>
    [subject, body, `${FROM.name} ${FROM.address}`, TO.address].map(scanForm),
  );
  const queries = queriesOf(texts, 700).filter((query) => scanForm(query) !== '');
  let [hits, misses] = [0, 0];
  for (const query of queries) {
    const wanted = scanForm(query);
    const expected = fields.flatMap((list, at) => (list.some((text) => stands(text, wanted)) ? [at + 1] : []));
    const page = await stores.stores.read(stores.tenant, (tx) => search(tx, { query: `"${query}"`, limit: 1000 }));
    const found = page.messages.map(({ id }) => id).reverse();
    assert.deepEqual(found, expected, `"${query}" (${wanted})`);
    if (expected.length > 0) hits += 1;
    else misses += 1;
  }
  assert.equal(queries.length >= 300 && hits >= 200 && misses >= 30, true, `${queries.length}, ${hits}, ${misses}`);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodedMailWith, factsNamed, fixture, inspectMail, mailWith } from '../testing/inspect-mail.ts';
import { makeZip } from '../testing/make-files.ts';
import { type ClamdAnswer, speakClamd } from '../testing/speak-clamd.ts';
import { EICAR } from '../testing/start-clamd.ts';

const clean: ClamdAnswer = (_stream, number) => `${number}: stream: OK\0`;
const eicarOnly: ClamdAnswer = (stream, number) =>
  `${number}: stream: ${stream.toString('latin1').startsWith(EICAR) ? 'Eicar FOUND' : 'OK'}\0`;

async function verdictOn(raw: Buffer | string, answer: ClamdAnswer, limits = {}) {
  await using clamd = await speakClamd(answer);
  const { facts } = await inspectMail(raw, { clamd: clamd.address, limits });
  const verdicts = factsNamed(facts, 'antivirus/verdict');
  assert.equal(verdicts.length, 1);
  return { verdict: verdicts[0], streams: clamd.streams };
}

test('antivirus scans an ordinary mail once, as it came', async () => {
  const raw = fixture('japanese-generated/jp001-iso-2022-jp-B-7bit.eml');
  const { verdict, streams } = await verdictOn(raw, clean);
  assert.deepEqual(verdict, { state: 'clean' });
  assert.equal(streams.length, 1);
  assert.ok(streams[0]!.equals(raw));
});

test('antivirus scans every part of every reading where a mail can be read in several ways', async () => {
  const { verdict, streams } = await verdictOn(fixture('hostile-generated/eicar-uu.eml'), eicarOnly);
  assert.deepEqual(verdict, { state: 'infected', signature: 'Eicar' });
  assert.ok(streams.length > 1);
});

test('antivirus scans what is found by who decodes a multipart before reading it', async () => {
  const raw = encodedMailWith(Buffer.from(EICAR), 'a.com');
  assert.deepEqual((await verdictOn(raw, eicarOnly)).verdict, { state: 'infected', signature: 'Eicar' });
});

test('antivirus says that it is switched off', async () => {
  const { facts } = await inspectMail('Subject: a\r\n\r\nb\r\n', { clamd: null });
  assert.deepEqual(factsNamed(facts, 'antivirus/verdict'), [{ state: 'not-scanned', reason: 'disabled' }]);
});

test('antivirus calls nothing clean that was not seen whole', async () => {
  const reasonOf = async (raw: Buffer | string, limits = {}) => (await verdictOn(raw, clean, limits)).verdict;
  const unscannable = (reason: string) => ({ state: 'unscannable', reason });
  const hostile = (name: string) => reasonOf(fixture(`hostile-generated/${name}`));
  assert.deepEqual(await reasonOf('Subject: a\r\n\r\nb\r\n', { antivirusOctets: 5 }), unscannable('too-large'));
  assert.deepEqual(await hostile('partial-1.eml'), unscannable('incomplete'));
  assert.deepEqual(await hostile('external-body.eml'), unscannable('incomplete'));
  assert.deepEqual(await hostile('nest-multipart-1000.eml'), unscannable('structure-limit'));
  assert.deepEqual(await hostile('parts-100000.eml.gz'), unscannable('structure-limit'));
  assert.deepEqual(await hostile('eicar-zip-20-deep.eml'), unscannable('archive-limit'));
  assert.deepEqual(await hostile('zipbomb-flat-200mb.eml'), unscannable('archive-limit'));
  assert.deepEqual(await hostile('gz-bomb.eml'), unscannable('archive-limit'));
  assert.deepEqual(await reasonOf(mailWith(makeZip({ a: 'a' }), 'a.zip')), { state: 'clean' });
});

test('antivirus tells an outage as unscannable, with its reason', async () => {
  const clamd = await speakClamd(clean);
  await clamd.close();
  const { facts } = await inspectMail('Subject: a\r\n\r\nb\r\n', { clamd: clamd.address });
  assert.deepEqual(factsNamed(facts, 'antivirus/verdict'), [{ state: 'unscannable', reason: 'unreachable' }]);
  assert.deepEqual(factsNamed(facts, 'inspection/failed'), []);
});

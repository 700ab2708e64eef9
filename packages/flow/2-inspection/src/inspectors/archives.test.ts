import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedOf, factsNamed, fixture, inspectMail, mailWith } from '../testing/inspect-mail.ts';
import { makeOffice, makeOle, makeZip } from '../testing/make-files.ts';

test('archives says what kinds of files an archive holds', async () => {
  const { facts } = await inspectMail(mailWith(makeZip({ 'a.TXT': 'hello', 'b.csv': 'a,b' }), 'a.zip'));
  assert.deepEqual(factsNamed(facts, 'archive/contents'), [
    [{ at: 0, files: 2, octets: 8, types: ['text/plain'], extensions: ['txt', 'csv'] }],
  ]);
});

test('archives sees passwords (PPAP) and puts the names that can be read into the index', async () => {
  for (const [name, expected] of Object.entries(expectedOf('japanese-generated'))) {
    if (expected['encrypted'] !== true) continue;
    const { facts } = await inspectMail(fixture(`japanese-generated/${name}`));
    assert.deepEqual(factsNamed(facts, 'attachment/encrypted'), [[{ at: 0 }]], name);
    assert.match(JSON.stringify(factsNamed(facts, 'attachment/unopened')), /encrypted/, name);
  }
  const { words } = await inspectMail(fixture('japanese-generated/jp088-ppap-zipcrypto.eml'));
  assert.match(words.names, /\bsecret\b/);
});

test('archives sees macros', async () => {
  const docm = makeOffice({
    'word/document.xml': '<p/>',
    'word/vbaProject.bin': makeOle(['Root Entry', 'VBA']),
  });
  const { facts } = await inspectMail(mailWith(docm, 'a.docm'));
  assert.deepEqual(factsNamed(facts, 'attachment/macros'), [[{ at: 0 }]]);
});

test('archives tells which attachments nobody looked into', async () => {
  const { facts } = await inspectMail(mailWith(makeZip({ a: 'a' }), 'a.zip'), { limits: { attachments: 0 } });
  assert.deepEqual(factsNamed(facts, 'attachment/unopened'), [[{ unseen: 1, reason: 'files' }]]);
});

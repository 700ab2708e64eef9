import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeZip } from '../testing/make-files.ts';
import { makePdf } from '../testing/make-pdf.ts';
import { encodedMailWith, factsNamed, inspectMail, mailWith } from '../testing/inspect-mail.ts';

const exe = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)]);
const PE = 'application/vnd.microsoft.portable-executable';

test('attachmentTypes lists attachments with their type by content', async () => {
  const { facts } = await inspectMail(
    mailWith(makePdf(Buffer.from('0041', 'hex'), 'Identity-H'), '見積.pdf', 'application/pdf'),
  );
  const [list] = factsNamed(facts, 'attachment/type') as [{ type: string; name: string }[]];
  assert.deepEqual([list.length, list[0]!.type, list[0]!.name], [1, 'application/pdf', '見積.pdf']);
  assert.deepEqual(factsNamed(facts, 'attachment/mismatch'), []);
  assert.deepEqual(factsNamed(facts, 'attachment/executable'), []);
});

test('attachmentTypes tells when name or declared type hide the content', async () => {
  const { facts } = await inspectMail(mailWith(exe, 'photo.png', 'image/png'));
  assert.deepEqual(factsNamed(facts, 'attachment/mismatch'), [
    [
      { at: 0, by: 'name', declared: 'png', type: PE },
      { at: 0, by: 'type', declared: 'image/png', type: PE },
    ],
  ]);
  assert.deepEqual(factsNamed(facts, 'attachment/executable'), [[{ at: 0, type: PE }]]);
});

test('attachmentTypes sees executables in archives, by content and by name', async () => {
  const { facts } = await inspectMail(mailWith(makeZip({ 'a/photo.jpg': exe, 'run.vbs': 'x', 'b.txt': 'y' }), 'a.zip'));
  assert.deepEqual(factsNamed(facts, 'attachment/executable'), [
    [
      { at: 0, type: PE, member: 'a/photo.jpg' },
      { at: 0, type: 'application/x-script', member: 'run.vbs' },
    ],
  ]);
});

test('attachmentTypes looks into a multipart that is encoded against the rules', async () => {
  const { facts } = await inspectMail(encodedMailWith(exe, 'a.exe'));
  assert.deepEqual(factsNamed(facts, 'attachment/executable'), [[{ at: 0, type: PE }]]);
});

test('attachmentTypes says nothing about mail without attachments', async () => {
  const { facts } = await inspectMail('Subject: hello\r\n\r\nhello\r\n');
  assert.deepEqual(
    facts.map((fact) => fact.name).filter((name) => name.startsWith('attachment/') || name.startsWith('archive/')),
    [],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factsNamed, inspectMail } from '../testing/inspect-mail.ts';

const RAW =
  'Subject: =?UTF-8?B?6Zai5omA?=\r\nX-Mailer: one\r\n two\r\nX-Mailer: three\r\nX-Secret: no\r\n\r\nhello\r\n';

test('wantedFields gives decoded values of the fields asked for, and no others', async () => {
  const { facts } = await inspectMail(RAW, { wishes: { fields: ['subject', 'x-mailer', 'x-none', '__proto__'] } });
  assert.deepEqual(factsNamed(facts, 'message/fields'), [{ subject: ['関所'], 'x-mailer': ['one two', 'three'] }]);
});

test('wantedFields says nothing when nobody asks', async () => {
  assert.deepEqual(factsNamed((await inspectMail(RAW)).facts, 'message/fields'), []);
});

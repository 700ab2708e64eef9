import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitMailbox } from './split-mailbox.ts';

const split = (text: string) => splitMailbox(Buffer.from(text, 'latin1')).map((member) => member.toString('latin1'));

test('splitMailbox() takes the lines of From away and nothing else', () => {
  const members = ['Subject: a\n\nFrom here on\n>From x\n\n', 'Subject: b\n\nFrom the start\n'];
  assert.deepEqual(
    split(`\nFrom a@b  Wed Aug 21 16:20:36 2013\n${members[0]}From c@d  Wed Aug 21\n${members[1]}`),
    members,
  );
});

test('splitMailbox() knows MMDF', () => {
  const line = '\x01\x01\x01\x01\n';
  assert.deepEqual(split(`${line}A: 1\n\nx\n${line}${line}B: 2\n\ny\n${line}`), ['A: 1\n\nx\n', 'B: 2\n\ny\n']);
});

test('splitMailbox() knows members that begin with the same field behind an empty line', () => {
  const members = ['To: a\r\nSubject: 1\r\n\r\nTo: be\r\n\r\n', 'to: b\r\nSubject: 2\r\n\r\nx\r\n'];
  assert.deepEqual(split(members.join('')), members);
});

test('splitMailbox() gives a single mail back as it is', () => {
  for (const text of ['', '\n\n', 'Subject: a\n\nb\n', 'no header at all\n\nFrom nobody\n'])
    assert.deepEqual(split(text), [text]);
});

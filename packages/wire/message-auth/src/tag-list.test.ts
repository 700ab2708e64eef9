import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colonList, parseTagList } from './tag-list.ts';

test('parseTagList() reads tags with white space around, names as written', () => {
  const { tags, first, fault } = parseTagList(' v = 1 ;\r\n\td=a b;B=x=y; ');
  assert.deepEqual(
    [...tags],
    [
      ['v', '1'],
      ['d', 'a b'],
      ['B', 'x=y'],
    ],
  );
  assert.equal(first, 'v');
  assert.equal(fault, null);
});

test('parseTagList() names the fault of a malformed list', () => {
  assert.equal(parseTagList('a=1;a=2').fault, 'tag a= twice');
  assert.equal(parseTagList('a=1;;b=2').fault, 'empty tag');
  assert.equal(parseTagList('').fault, 'empty tag');
  assert.equal(parseTagList('a=1;b').fault, 'tag without "="');
  assert.equal(parseTagList('1a=1').fault, 'malformed tag name');
});

test('parseTagList() takes time in proportion to the length, whatever is in it', () => {
  const started = performance.now();
  parseTagList(`a=x${' '.repeat(500_000)}y;${';'.repeat(200_000)}b=1`);
  assert.ok(performance.now() - started < 500);
});

test('colonList() drops empty entries, folding and case', () => {
  assert.deepEqual(colonList('From : to:\r\n :Subject:'), ['from', 'to', 'subject']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultRules } from './default-rules.ts';
import { parseRules } from './parse-rules.ts';
import { unreachableRules } from './unreachable.ts';

const from = (...domains: string[]) => ({ name: 'sender/domain', with: { domains } });
const inward = { name: 'direction', with: { is: 'reception' } };

function unreachable(...conditions: object[]): string[] {
  const rules = conditions.map((when, at) => ({ id: `r${at}`, when, action: { name: 'deliver' } }));
  return unreachableRules(parseRules({ rules })).map(({ rule, because }) => `${rule} ${because}`);
}

test('unreachableRules() finds nothing in the default rules', () => {
  assert.deepEqual(unreachableRules(defaultRules), []);
});

test('unreachableRules() finds what comes after a rule for everything', () => {
  assert.deepEqual(unreachable(inward, { any: [{ name: 'always' }, inward] }, from('a.jp')), ['r2 r1']);
});

test('unreachableRules() sees wider parameters, wider OR and narrower AND', () => {
  assert.deepEqual(unreachable(from('*.example.jp', 'a.jp'), from('x.example.jp')), ['r1 r0']);
  assert.deepEqual(unreachable({ any: [inward, from('a.jp')] }, { all: [from('a.jp'), inward] }), ['r1 r0']);
  assert.deepEqual(unreachable({ not: from('a.jp') }, { not: from('a.jp', 'b.jp') }), ['r1 r0']);
});

test('unreachableRules() does not accuse a rule that can still decide', () => {
  assert.deepEqual(unreachable(from('x.example.jp'), from('*.example.jp')), []);
  assert.deepEqual(unreachable({ all: [inward, from('a.jp')] }, from('a.jp')), []);
  assert.deepEqual(unreachable({ not: from('a.jp', 'b.jp') }, { not: from('a.jp') }), []);
});

test('unreachableRules() finds a condition that never holds', () => {
  assert.deepEqual(unreachable({ any: [] }, { all: [inward, { not: { name: 'always' } }] }), ['r0 null', 'r1 null']);
});

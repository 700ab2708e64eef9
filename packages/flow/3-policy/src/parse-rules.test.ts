import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultRules } from './default-rules.ts';
import { RulesRefusedError } from './errors.ts';
import { parseRules } from './parse-rules.ts';

function faultsOf(json: unknown): string[] {
  try {
    parseRules(json);
  } catch (error) {
    assert.ok(error instanceof RulesRefusedError);
    return error.faults.map(({ path, message }) => `${path}: ${message}`);
  }
  return [];
}

const rule = (when: unknown, action: unknown = { name: 'deliver' }, id = 'a') => ({ rules: [{ id, when, action }] });

test('parseRules() takes the default rules as they are', () => {
  assert.deepEqual(parseRules(JSON.parse(JSON.stringify({ rules: defaultRules }))), defaultRules);
});

test('parseRules() names the place and the nearest known name of an unknown condition', () => {
  assert.deepEqual(faultsOf(rule({ all: [{ name: 'always' }, { not: { name: 'sender/domains', with: {} } }] })), [
    'rules[0].when.all[1].not.name: unknown condition "sender/domains": did you mean "sender/domain"',
  ]);
});

test('parseRules() lists all faults of a rule set at once', () => {
  const faults = faultsOf({
    rules: [
      { id: 'Not An Id', when: { name: 'direction', with: { is: 'sideways' } }, action: { name: 'quarantin' } },
      { id: 'b', when: { all: {}, any: [] }, action: { name: 'reject', with: { code: 250 } } },
      { id: 'c', wen: {}, when: { name: 'always', with: { extra: 1 } }, action: { name: 'deliver' } },
    ],
  });
  const paths = faults.map((fault) => fault.split(': ')[0]);
  assert.deepEqual(paths, [
    'rules[0].id',
    'rules[0].when.with.is',
    'rules[0].action.name',
    'rules[1].when',
    'rules[1].action.with.code',
    'rules[2].wen',
    'rules[2].when.with',
  ]);
});

test('parseRules() refuses two rules of one id', () => {
  const one = { id: 'a', when: { name: 'always' }, action: { name: 'deliver' } };
  assert.deepEqual(faultsOf({ rules: [one, one] }), ['rules[1].id: "a" is the id of an earlier rule']);
});

test('parseRules() refuses depth, numbers and shapes that no editor makes', () => {
  let deep: unknown = { name: 'always' };
  for (let at = 0; at < 50; at++) deep = { not: deep };
  assert.equal(faultsOf(rule(deep)).length, 1);
  assert.equal(faultsOf(rule({ all: Array.from({ length: 6000 }, () => ({ name: 'always' })) })).length > 0, true);
  for (const json of [null, [], 'rules', { rules: 3 }, { rules: [null] }, rule(null), rule('always')])
    assert.equal(faultsOf(json).length > 0, true);
});

test('parseRules() knows no condition that is only a member of every object', () => {
  for (const name of ['constructor', '__proto__', 'toString', 7])
    assert.equal(faultsOf(rule({ name })).length, 1, String(name));
});

test('parseRules() refuses a reply that would be two lines', () => {
  const faults = faultsOf(rule({ name: 'always' }, { name: 'reject', with: { text: 'no\r\n250 ok' } }));
  assert.deepEqual(faults, ['rules[0].action.with.text: not the text of a reply: expected one line of ASCII']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRules } from './parse-rules.ts';
import { ruleSetOf } from './version.ts';
import { wantedFields } from './wanted-fields.ts';

test('wantedFields() names the header fields of all rules once, wherever they stand in a condition', () => {
  const contains = (field: string) => ({ name: 'header/contains', with: { field, text: 'a' } });
  const when = { any: [contains('X-Spam'), { not: { all: [contains('subject'), contains('x-spam')] } }] };
  const rules = parseRules({ rules: [{ id: 'a', when, action: { name: 'deliver' } }] });
  assert.deepEqual(wantedFields(ruleSetOf(rules)), ['subject', 'x-spam']);
  assert.deepEqual(wantedFields(ruleSetOf([])), []);
});

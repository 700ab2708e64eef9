import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterAcceptance, sessionRejection } from './after-acceptance.ts';
import { decide } from './decide.ts';
import { defaultRules } from './default-rules.ts';
import { diffRuleSets } from './diff.ts';
import { parseRules } from './parse-rules.ts';
import { planDifferences } from './plan-differences.ts';
import { compareStrictness, strictest } from './strictest.ts';
import { testEnvelope } from './testing.ts';
import { canonicalJson, ruleSetOf } from './version.ts';

const standard = ruleSetOf(defaultRules);
const spoofed = [{ name: 'auth/dmarc', value: { result: 'fail', policy: 'reject' } }];
const NOW = Date.UTC(2026, 10, 20);

test('afterAcceptance() turns a rejection into quarantine under the name of its rule', () => {
  const plan = decide(testEnvelope(), spoofed, standard, NOW);
  assert.deepEqual(afterAcceptance(plan).decisions[0]!.disposition, { kind: 'quarantine', reason: 'dmarc-reject' });
  const clean = decide(testEnvelope(), [], standard, NOW);
  assert.equal(afterAcceptance(clean), clean);
});

test('sessionRejection() refuses in session only when every forward-path is rejected', () => {
  const plan = decide(testEnvelope(['a@customer.example', 'b@customer.example']), spoofed, standard, NOW);
  assert.equal(sessionRejection(plan)?.reply.code, 550);
  const rules = ruleSetOf(
    parseRules({
      rules: [
        {
          id: 'only-a',
          when: { name: 'recipient/address', with: { addresses: ['a@customer.example'] } },
          action: { name: 'reject' },
        },
      ],
    }),
  );
  const partly = decide(testEnvelope(['a@customer.example', 'b@customer.example']), spoofed, rules, NOW);
  assert.equal(sessionRejection(partly), null);
  assert.equal(sessionRejection({ ...plan, decisions: [] }), null);
});

test('strictest() orders deliver < hold < quarantine < reject', () => {
  const quarantine = { kind: 'quarantine', reason: 'a' } as const;
  const hold = { kind: 'hold', approver: 'a' } as const;
  assert.equal(strictest([{ kind: 'deliver' }, quarantine, hold]), quarantine);
  assert.equal(compareStrictness(hold, quarantine) < 0, true);
  assert.deepEqual(strictest([]), { kind: 'deliver' });
});

test('planDifferences() tells which forward-paths other rules would have treated otherwise', () => {
  const envelope = testEnvelope(['a@customer.example', 'b@customer.example']);
  const past = [
    { id: '1', envelope, facts: spoofed, plan: afterAcceptance(decide(envelope, spoofed, standard, NOW)) },
    { id: '2', envelope, facts: [], plan: decide(envelope, [], standard, NOW) },
  ];
  assert.deepEqual(planDifferences(past, standard), []);
  const lax = ruleSetOf(parseRules({ rules: [] }));
  const found = planDifferences(past, lax).map((one) => `${one.id} ${one.forwardPath.localPart} ${one.before.rule}`);
  assert.deepEqual(found, ['1 a dmarc-reject', '1 b dmarc-reject']);
});

test('diffRuleSets() tells what was added, removed, changed and moved', () => {
  const [a, b, c] = defaultRules as [(typeof defaultRules)[0], (typeof defaultRules)[0], (typeof defaultRules)[0]];
  const changed = { ...b, action: { name: 'reject', with: {} } };
  const kinds = (list: ReturnType<typeof diffRuleSets>) => list.map((one) => one.kind);
  assert.deepEqual(kinds(diffRuleSets([a, b], [a, b])), []);
  assert.deepEqual(kinds(diffRuleSets([a, b], [c, changed])), ['removed', 'added', 'changed']);
  assert.deepEqual(kinds(diffRuleSets([a, b], [b, a])), ['moved', 'moved']);
});

test('a version depends on the rules and not on the order of members', () => {
  assert.equal(canonicalJson({ b: 1, a: [true, null] }), '{"a":[true,null],"b":1}');
  const again = JSON.parse(JSON.stringify(defaultRules)) as typeof defaultRules;
  assert.equal(ruleSetOf(again).version, standard.version);
  assert.notEqual(ruleSetOf(defaultRules.slice(1)).version, standard.version);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fact, Plan } from '@sekisho/terms';
import { decide } from './decide.ts';
import { defaultRules } from './default-rules.ts';
import { parseRules } from './parse-rules.ts';
import { testEnvelope } from './testing.ts';
import { ruleSetOf } from './version.ts';

const NOW = Date.UTC(2026, 10, 20, 3, 0, 0);
const standard = ruleSetOf(defaultRules);
const setOf = (...rules: object[]) => ruleSetOf(parseRules({ rules }));
const kinds = (plan: Plan) => plan.decisions.map(({ disposition }) => disposition.kind);
const decideStandard = (...facts: Fact[]) => decide(testEnvelope(), facts, standard, NOW).decisions[0]!;
const rule = (id: string, when: object, name: string, parameters: object = {}) => ({
  id,
  when,
  action: { name, with: parameters },
});

test('decide() delivers what nothing speaks against, and says so in both languages', () => {
  const decision = decideStandard({ name: 'antivirus/verdict', value: 'clean' });
  assert.deepEqual(decision.disposition, { kind: 'deliver' });
  assert.equal(decision.rule, 'default');
  assert.equal(decision.why.en, 'nothing speaks against it → deliver');
  assert.equal(decision.why.ja, '止める理由がない → 配送する');
  assert.deepEqual(decision.transformations, []);
});

test('decide() quarantines what is infected, cannot be scanned or was not inspected', () => {
  const reasons = [
    decideStandard({ name: 'antivirus/verdict', value: { state: 'infected', signature: 'Eicar' } }),
    decideStandard({ name: 'antivirus/verdict', value: 'unscannable' }),
    decideStandard({ name: 'inspection/failed', value: { deaths: 3 } }),
  ].map(({ disposition }) => disposition.kind === 'quarantine' && disposition.reason);
  assert.deepEqual(reasons, ['infected', 'unscannable', 'not-inspected']);
});

test('decide() rejects a reception that fails DMARC only where the domain asks for rejection', () => {
  const dmarc = (result: string, policy: string) => decideStandard({ name: 'auth/dmarc', value: { result, policy } });
  assert.equal(dmarc('fail', 'reject').disposition.kind, 'reject');
  assert.equal(dmarc('fail', 'quarantine').disposition.kind, 'deliver');
  assert.equal(dmarc('pass', 'reject').disposition.kind, 'deliver');
  const trying = { result: 'fail', policy: 'reject', testing: true };
  assert.equal(decideStandard({ name: 'auth/dmarc', value: trying }).disposition.kind, 'deliver');
  const failed = [{ name: 'auth/dmarc', value: { result: 'fail', policy: 'reject' } }];
  assert.deepEqual(kinds(decide(testEnvelope(undefined, { direction: 'submission' }), failed, standard, NOW)), [
    'deliver',
  ]);
});

test('decide() gives each forward-path its own decision in the order of the envelope', () => {
  const rules = setOf(
    rule('boss', { name: 'recipient/address', with: { addresses: ['BOSS@customer.example'] } }, 'quarantine', {
      reason: 'boss',
    }),
    rule('others', { name: 'recipient/domain', with: { domains: ['*.customer.example'] } }, 'reject'),
  );
  const plan = decide(
    testEnvelope(['a@customer.example', 'boss@customer.example', 'b@sub.customer.example']),
    [],
    rules,
    NOW,
  );
  assert.deepEqual(kinds(plan), ['deliver', 'quarantine', 'reject']);
  assert.deepEqual(
    plan.decisions.map((one) => one.rule),
    ['none', 'boss', 'others'],
  );
  assert.equal(plan.policyVersion, rules.version);
});

test('decide() lets the first matching rule decide', () => {
  const rules = setOf(
    rule('friend', { name: 'sender/domain', with: { domains: ['partner.example'] } }, 'deliver'),
    rule('all', { all: [] }, 'quarantine', { reason: 'everything' }),
  );
  assert.deepEqual(kinds(decide(testEnvelope(), [], rules, NOW)), ['deliver']);
  assert.deepEqual(kinds(decide(testEnvelope(undefined, { reversePath: null }), [], rules, NOW)), ['quarantine']);
});

test('decide() never lets a tenant soften the floor, but lets it be stricter', () => {
  const facts = [{ name: 'antivirus/verdict', value: 'infected' }];
  const soft = decide(testEnvelope(), facts, setOf(rule('trust', { name: 'always' }, 'deliver')), NOW).decisions[0]!;
  assert.deepEqual([soft.disposition, soft.rule], [{ kind: 'quarantine', reason: 'infected' }, 'infected']);
  const same = setOf(rule('mine', { name: 'always' }, 'quarantine', { reason: 'mine' }));
  assert.equal(decide(testEnvelope(), facts, same, NOW).decisions[0]!.rule, 'infected');
  const hard = setOf(rule('none-at-all', { name: 'always' }, 'reject', { code: 554 }));
  assert.equal(decide(testEnvelope(), facts, hard, NOW).decisions[0]!.rule, 'none-at-all');
});

test('decide() joins conditions by AND, OR and NOT', () => {
  const clean = { name: 'antivirus/verdict', with: { is: ['clean'] } };
  const encrypted = { name: 'attachment/encrypted' };
  const decideWhen = (when: object, facts: Fact[]) =>
    kinds(decide(testEnvelope(), facts, setOf(rule('x', when, 'quarantine', { reason: 'x' })), NOW))[0];
  const facts = [{ name: 'antivirus/verdict', value: 'clean' }];
  assert.equal(decideWhen({ all: [clean, encrypted] }, facts), 'deliver');
  assert.equal(decideWhen({ any: [clean, encrypted] }, facts), 'quarantine');
  assert.equal(decideWhen({ not: encrypted }, facts), 'quarantine');
  assert.equal(decideWhen({ any: [] }, facts), 'deliver');
});

test('decide() gives a thousand forward-paths one shared verdict when no rule looks at them', () => {
  const to = Array.from({ length: 1000 }, (_, at) => `u${at}@customer.example`);
  const plan = decide(testEnvelope(to), [{ name: 'antivirus/verdict', value: 'infected' }], standard, NOW);
  assert.equal(plan.decisions.length, 1000);
  assert.equal(plan.decisions[999]!.forwardPath.localPart, 'u999');
  assert.equal(plan.decisions[0]!.disposition, plan.decisions[999]!.disposition);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fact } from '@sekisho/terms';
import { conditionNamed, conditions, nearestName } from './catalogue.ts';
import { bookFacts } from './subject.ts';
import { testEnvelope } from './testing.ts';

const envelope = testEnvelope();

function holds(name: string, parameters: object, facts: Fact[] = [], now = Date.UTC(2026, 10, 20, 3, 0, 0)): boolean {
  const entry = conditionNamed(name)!;
  const forwardPath = envelope.forwardPaths[0]!.address;
  return entry.holds(entry.schema.parse(parameters), { envelope, forwardPath, facts: bookFacts(facts), now });
}

test('every condition has a sentence in both languages whose slots are parameters', () => {
  for (const { name, sentence } of conditions) {
    const slots = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((slot) => slot[1]).sort();
    assert.deepEqual(slots(sentence.ja), slots(sentence.en), name);
  }
});

test('sender/domain means a domain, its subdomains when asked, and no look-alike', () => {
  assert.equal(holds('sender/domain', { domains: ['Partner.Example'] }), true);
  assert.equal(holds('sender/domain', { domains: ['*.partner.example'] }), false);
  assert.equal(holds('sender/domain', { domains: ['*.example'] }), true);
  assert.equal(holds('sender/domain', { domains: ['artner.example'] }), false);
});

test('sender/domain takes a Japanese domain as its A-labels', () => {
  const parsed = conditionNamed('sender/domain')!.schema.parse({ domains: ['*.関所.example'] });
  assert.deepEqual(parsed, { domains: ['*.xn--8ous75i.example'] });
});

test('fact/equals compares any JSON and follows no inherited member', () => {
  const facts = [{ name: 'reputation/list', value: { listed: true, by: ['a', 'b'] } }];
  assert.equal(holds('fact/equals', { fact: 'reputation/list', path: ['listed'], value: true }, facts), true);
  assert.equal(holds('fact/equals', { fact: 'reputation/list', path: ['by'], value: ['a', 'b'] }, facts), true);
  assert.equal(holds('fact/equals', { fact: 'reputation/list', path: ['by', '1'], value: 'b' }, facts), true);
  assert.equal(holds('fact/equals', { fact: 'reputation/list', path: ['toString'], value: null }, facts), false);
});

test('message/size counts octets of the raw message', () => {
  const facts = [{ name: 'message/size', value: 1000 }];
  assert.equal(holds('message/size', { atLeastOctets: 1000 }, facts), true);
  assert.equal(holds('message/size', { belowOctets: 1000 }, facts), false);
  assert.equal(holds('message/size', { atLeastOctets: 0 }, []), false);
});

test('header/contains ignores case and width, and needs no pattern', () => {
  const facts = [{ name: 'message/fields', value: { subject: ['【重要】ＳＡＬＥ のお知らせ'] } }];
  assert.equal(holds('header/contains', { field: 'Subject', text: 'sale' }, facts), true);
  assert.equal(holds('header/contains', { field: 'Subject', text: '.*' }, facts), false);
  assert.equal(holds('header/contains', { field: 'constructor', text: 'a' }, facts), false);
});

test('attachment/type compares the type found by content', () => {
  const facts = [{ name: 'attachment/type', value: { type: 'image/png', name: 'a.png' } }];
  assert.equal(holds('attachment/type', { types: ['image/*'] }, facts), true);
  assert.equal(holds('attachment/type', { types: ['application/pdf', 'IMAGE/PNG'] }, facts), true);
  assert.equal(holds('attachment/type', { types: ['image/jpeg'] }, facts), false);
});

test('message/over-limit and message/ambiguous hold when the fact is there', () => {
  const facts = [{ name: 'message/over-limit', value: { limit: 'depth' } }];
  assert.equal(holds('message/over-limit', {}, facts), true);
  assert.equal(holds('message/over-limit', { limits: ['parts'] }, facts), false);
  assert.equal(holds('message/ambiguous', {}, [{ name: 'message/ambiguity', value: [] }]), false);
  assert.equal(holds('message/ambiguous', {}, [{ name: 'message/ambiguity', value: [{ kind: 'boundary' }] }]), true);
});

test('time/of-day is local and may pass midnight', () => {
  const night = { from: '22:00', to: '06:00', zone: 'Asia/Tokyo' };
  const at = (hourUtc: number) => Date.UTC(2026, 10, 20, hourUtc, 30);
  assert.equal(holds('time/of-day', night, [], at(13)), true);
  assert.equal(holds('time/of-day', night, [], at(20)), true);
  assert.equal(holds('time/of-day', night, [], at(3)), false);
  assert.equal(holds('time/of-day', { from: '00:00', to: '23:59', days: ['fri'] }, [], at(3)), true);
  assert.equal(holds('time/of-day', { from: '00:00', to: '23:59', days: ['sat'] }, [], at(3)), false);
  assert.throws(() => holds('time/of-day', { from: '00:00', to: '24:00' }));
  assert.throws(() => holds('time/of-day', { from: '00:00', to: '12:00', zone: 'Edo' }));
});

test('nearestName() finds what somebody meant, and nothing when nothing is near', () => {
  const names = conditions.map(({ name }) => name);
  assert.equal(nearestName('sender/domian', names), 'sender/domain');
  assert.equal(nearestName('dmarc', names), 'auth/dmarc');
  assert.equal(nearestName('zzzzzz', names), null);
});

/** Every hostile mail of the generated corpus is inspected within a bound, told as facts, and never as a failure. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock, zoneResolver } from '@sekisho/ports';
import { checkInspection } from './check-inspection.ts';
import { openInspector } from './open-inspector.ts';
import { expectedOf, factsNamed, fixture, testEnvelope } from './testing/inspect-mail.ts';

const BOUND_MS = 30_000;
const FACTS_OCTETS = 24_000;

test('inspect() takes each hostile mail within its bound and fails on none', async (t) => {
  await using inspector = openInspector({
    resolver: zoneResolver({}),
    authservId: 'mx.sekisho.example',
    clamd: null,
    clock: systemClock(),
  });
  const names = Object.keys(expectedOf('hostile-generated'));
  assert.equal(names.length, 71);
  for (const name of names) {
    await t.test(name, async () => {
      const raw = fixture(`hostile-generated/${name}`);
      const started = performance.now();
      const inspection = checkInspection(await inspector.inspect(raw, testEnvelope()));
      const took = performance.now() - started;
      assert.ok(took < BOUND_MS, `took ${took.toFixed(0)} ms`);
      assert.deepEqual(factsNamed(inspection.facts, 'inspection/failed'), []);
      assert.ok(JSON.stringify(inspection.facts).length < FACTS_OCTETS, 'facts are compact');
      assert.ok(inspection.tree.length > 0);
    });
  }
});

test('inspect() never expands entities or reads files for a document', async () => {
  await using inspector = openInspector({
    resolver: zoneResolver({}),
    authservId: 'mx.sekisho.example',
    clock: systemClock(),
  });
  for (const name of ['docx-xml-bomb.eml', 'docx-xxe.eml']) {
    const { words } = await inspector.inspect(fixture(`hostile-generated/${name}`), testEnvelope());
    assert.ok(words.attached.length < 200, name);
    assert.doesNotMatch(words.attached, /root|lol ?lol ?lol/, name);
  }
});

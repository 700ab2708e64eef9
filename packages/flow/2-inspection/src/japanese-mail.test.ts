/** Every mail of the generated Japanese corpus gives the words, names and marks that its table expects. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock, zoneResolver } from '@sekisho/ports';
import { indexText } from '@sekisho/words';
import { checkInspection } from './check-inspection.ts';
import { openInspector } from './open-inspector.ts';
import { expectedOf, factsNamed, fixture, testEnvelope } from './testing/inspect-mail.ts';

const BOUND_MS = 20_000;

interface Expected {
  readonly subject?: string;
  readonly text?: string;
  readonly filenames?: readonly string[];
  readonly zip_members?: readonly string[];
  readonly optional?: boolean;
}

test('inspect() takes the words of each Japanese mail within its bound', async (t) => {
  await using inspector = openInspector({
    resolver: zoneResolver({}),
    authservId: 'mx.sekisho.example',
    clamd: null,
    clock: systemClock(),
  });
  const all = Object.entries(expectedOf('japanese-generated'));
  assert.equal(all.length, 95);
  for (const [name, expected] of all) {
    await t.test(name, async () => {
      const raw = fixture(`japanese-generated/${name}`);
      const started = performance.now();
      const { facts, words } = checkInspection(await inspector.inspect(raw, testEnvelope()));
      assert.ok(performance.now() - started < BOUND_MS);
      assert.deepEqual(factsNamed(facts, 'inspection/failed'), []);
      const { subject, text, filenames = [], zip_members: members = [], optional } = expected as Expected;
      if (optional) return;
      if (subject !== undefined) assert.equal(words.subject, indexText(subject));
      for (const file of [...filenames, ...members]) assert.ok(words.names.includes(indexText(file)), file);
      for (const line of (text ?? '').split('\n')) assert.ok(holdsWords(words.body, line), line);
    });
  }
});

/** True when the tokens of a line stand in the body in their order. A line may go on in the next one. */
function holdsWords(body: string, line: string): boolean {
  const tokens = indexText(line).split(' ').slice(0, -1);
  return body.includes(tokens.join(' '));
}

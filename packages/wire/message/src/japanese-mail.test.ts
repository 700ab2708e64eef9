import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { attachmentsOf, parseMessage, partName, readTree, serializeTree } from './index.ts';
import { assertReadsAs, type Expectations, fixtureExpectations, fixtureMails } from './testing.ts';

const FOLDER = 'japanese-generated';
const expectations = fixtureExpectations(FOLDER) as Record<string, Expectations>;
const mails = fixtureMails(FOLDER);

test('every Japanese fixture has expectations', () => {
  assert.equal(mails.length, 95);
  assert.deepEqual(
    mails.map(({ name }) => name),
    Object.keys(expectations).sort(),
  );
});

for (const { name, raw } of mails) {
  test(`parseMessage() and its decoders read ${name}`, () => {
    const tree = parseMessage(raw);
    assertReadsAs(raw, tree, expectations[name] ?? {});
    assert.deepEqual(tree.overLimits, []);
    assert.ok(isDeepStrictEqual(readTree(serializeTree(tree)), tree));
  });
}

test('partName() lets no control character out of a file name', () => {
  const { raw } = mails.find(({ name }) => name.includes('fn-controls'))!;
  const [part] = attachmentsOf(parseMessage(raw));
  assert.equal(part?.name, '見積\r\nX-Evil: 1\0.pdf');
  assert.equal(partName(part!), '見積X-Evil: 1.pdf');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMessage } from './index.ts';
import { secondOpinions } from './second-opinions.ts';
import { fixtureMails } from './testing.ts';

/** Fixtures that others read differently though only one reading is right, and why. */
const KNOWN: Record<string, string> = {
  'jp028-iso2022jp2004.eml': 'mailparser does not know JIS X 0213',
  'jp030-iso2022jp3.eml': 'mailparser does not know JIS X 0213',
  'jp036-split-inside-escape.eml': 'postal-mime does not carry the escape state over',
  'jp077-fn-raw-sjis.eml': 'mailparser reads the name as Latin-1 and takes 0x5c for an escape',
};

for (const folder of ['japanese-generated', 'hostile-generated', 'dkim-generated']) {
  test(`postal-mime and mailparser agree on ${folder}, but for ambiguities that are told`, async () => {
    for (const { name, raw } of fixtureMails(folder)) {
      if (raw.length > 300_000) continue;
      const tree = parseMessage(raw);
      const differences = await secondOpinions(raw, tree);
      if (tree.ambiguities.length > 0 || tree.overLimits.length > 0) continue;
      const unexplained = KNOWN[name] === undefined ? differences : [];
      assert.deepEqual(unexplained, [], name);
      if (KNOWN[name] !== undefined) assert.notEqual(differences.length, 0, `${name}: no difference any more`);
    }
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain } from './plain.ts';
import { formatTable } from './table.ts';

const HOSTILE = [
  '\u001b[2J\u001b[1;1Hall is well',
  '\u009b31mred',
  'title\u001b]0;owned\u0007',
  'one\nroot#',
  'one\rtwo',
  'exe.\u202efdp',
  'a\u2028b',
  '\ud800',
];

for (const subject of HOSTILE)
  test(`a subject of ${JSON.stringify(subject)} cannot steer the terminal`, () => {
    for (const shown of [plain(subject), formatTable([{ head: 'subject' }], [[subject]]).split('\n')[1]!]) {
      assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      assert.match(shown, /\u{fffd}/u);
    }
    assert.equal(formatTable([{ head: 'subject' }], [[subject]]).split('\n').length, 3);
  });

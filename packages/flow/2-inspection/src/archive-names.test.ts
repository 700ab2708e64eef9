/** Class of bugs: names of files used as paths, or shown as they came (zip slip, CVE-2016-1000282, CVE-2025-59031). */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { factsNamed, fixture, inspectMail, mailWith } from './testing/inspect-mail.ts';
import { makeTar, makeZip } from './testing/make-files.ts';

const NASTY = [
  '../../etc/cron.d/x',
  '..\\..\\x',
  '/abs',
  'C:\\x',
  'a\u0000b',
  'CON',
  'x\u202efdp.exe',
  '😀.txt',
  '表.txt',
];

test('names in archives are data: nothing is created, whatever they say', async () => {
  const here = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-names-'));
  process.chdir(folder);
  try {
    for (const name of NASTY) {
      const plain = name.replaceAll('\0', '');
      await inspectMail(mailWith(makeZip({ [name]: 'x' }), name));
      await inspectMail(mailWith(makeTar({ [plain]: Buffer.from('x') }), plain));
    }
    assert.deepEqual(readdirSync(folder, { recursive: true }), []);
  } finally {
    process.chdir(here);
    rmSync(folder, { recursive: true });
  }
});

test('names that lead out of their folder are told', async () => {
  const { facts } = await inspectMail(fixture('hostile-generated/zip-slip.eml'));
  const [found] = factsNamed(facts, 'attachment/look-alike-name') as [{ member: string; tricks: string[] }[]];
  assert.ok(found.length >= 3);
  assert.ok(found.every(({ tricks }) => tricks.includes('path')));
});

test('names in facts are short, well-formed and fit to be shown, whatever they were', async () => {
  const name = fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', minLength: 1, maxLength: 400 }));
  await fc.assert(
    fc.asyncProperty(name, async (text) => {
      const { facts } = await inspectMail(mailWith(Buffer.from('hello'), text.toWellFormed()));
      for (const [one] of factsNamed(facts, 'attachment/type') as [{ name: string }][]) {
        assert.ok(one!.name.length <= 161 && one!.name.isWellFormed());
        assert.doesNotMatch(one!.name, /[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/);
      }
      assert.deepEqual(factsNamed(facts, 'inspection/failed'), []);
    }),
    { numRuns: 200 },
  );
});

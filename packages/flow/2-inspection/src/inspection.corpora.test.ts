/** Real mail and documents, which stay outside the project: `SEKISHO_CORPORA` names their folder. */
import assert from 'node:assert/strict';
import { globSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { systemClock, zoneResolver } from '@sekisho/ports';
import { checkInspection } from './check-inspection.ts';
import { openInspector } from './open-inspector.ts';
import { examine } from './testing/examine.ts';
import { factsNamed, testEnvelope } from './testing/inspect-mail.ts';

const BOUND_MS = 30_000;

function corpora(): string {
  const folder = process.env['SEKISHO_CORPORA'];
  assert.ok(folder, 'SEKISHO_CORPORA names the folder of the corpora');
  return folder;
}

test('inspect() takes every mail of the corpora within its bound and fails on none', async () => {
  await using inspector = openInspector({
    resolver: zoneResolver({}),
    authservId: 'mx.sekisho.example',
    clamd: null,
    clock: systemClock(),
  });
  const mails = globSync('**/*', { cwd: corpora() }).filter(
    (path) => !/\.(md|json|ya?ml)$/.test(path) && statSync(join(corpora(), path)).isFile(),
  );
  assert.ok(mails.length > 1000);
  for (const path of mails) {
    const octets = readFileSync(join(corpora(), path));
    const raw = path.endsWith('.eml.gz') ? gunzipSync(octets) : octets;
    const started = performance.now();
    const inspection = checkInspection(await inspector.inspect(raw, testEnvelope()));
    assert.ok(performance.now() - started < BOUND_MS, path);
    assert.deepEqual(factsNamed(inspection.facts, 'inspection/failed'), [], path);
  }
});

test('examineFile() knows real Office documents, their macros and their passwords', async () => {
  const expected: Readonly<Record<string, readonly [kind: string, hasMacros: boolean, isEncrypted: boolean]>> = {
    'sample_with_vba.ppt': ['ppt', true, false],
    'oleform-PR314.docm': ['docx', true, false],
    'excel4_sample_macro.xlsm': ['xlsx', true, false],
    'harmless-clean.docm': ['docx', false, false],
    'sample_with_lnk_to_calc.doc': ['doc', false, false],
    'embedded-simple-2007.odt': ['opendocument', false, false],
    'encrypted.docx': ['ole', false, true],
    'encrypted.xls': ['xls', false, true],
    'autostart-encrypt-standardpassword.xlsm': ['ole', false, true],
    'dde-in-word2007.xml.zip': ['zip', false, true],
    'issue_251.rtf': ['rtf', false, false],
  };
  const files = globSync('oletools/**/*', { cwd: corpora() });
  for (const [name, [kind, hasMacros, isEncrypted]] of Object.entries(expected)) {
    const path = files.find((file) => basename(file) === name);
    assert.ok(path, name);
    const { file } = await examine(readFileSync(join(corpora(), path)), name);
    assert.deepEqual([file.kind, file.hasMacros, file.isEncrypted], [kind, hasMacros, isEncrypted], name);
  }
});

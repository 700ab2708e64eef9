import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { formatReference } from '@sekisho/config';
import { documentFaults } from './docs.ts';

function project(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'sekisho-docs-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

test('documentFaults() finds nothing where links lead somewhere and the reference is current', () => {
  const root = project({ 'README.md': '[docs](docs/configuration.md#x)', 'docs/configuration.md': formatReference() });
  assert.deepEqual(documentFaults(root), []);
});

test('documentFaults() tells broken links, rooms without a page, unlisted decisions and an old reference', () => {
  const root = project({
    'README.md': '[gone](docs/gone.md)',
    'docs/configuration.md': 'old',
    'docs/decisions/README.md': '',
    'docs/decisions/0001-x.md': '',
    'packages/base/terms/package.json': '{"name":"@sekisho/terms"}',
  });
  const faults = documentFaults(root).join('\n');
  for (const said of [/gone\.md/, /packages\/base\/terms: has no README/, /0001-x\.md/, /configuration\.md: is not/])
    assert.match(faults, said);
});

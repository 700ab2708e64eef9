import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { arrowFaults } from './arrows.ts';

function house(rooms: Record<string, { name: string; source: string }>): string {
  const root = mkdtempSync(join(tmpdir(), 'sekisho-arrows-'));
  for (const [folder, { name, source }] of Object.entries(rooms)) {
    mkdirSync(join(root, folder, 'src'), { recursive: true });
    writeFileSync(join(root, folder, 'package.json'), JSON.stringify({ name }));
    writeFileSync(join(root, folder, 'src', 'index.ts'), source);
  }
  return root;
}

const terms = { name: '@sekisho/terms', source: '' };

test('arrowFaults() lets a room import from its left', () => {
  const root = house({
    'packages/base/terms': terms,
    'packages/wire/smtp': { name: '@sekisho/smtp', source: "import { x } from '@sekisho/terms';" },
  });
  assert.deepEqual(arrowFaults(root), []);
});

test('arrowFaults() refuses an arrow to the right, between stages, past a door and to nowhere', () => {
  const faultOf = (source: string) =>
    arrowFaults(
      house({
        'packages/base/terms': { name: '@sekisho/terms', source: '' },
        'packages/flow/3-policy': { name: '@sekisho/policy', source },
        'packages/flow/4-archive': { name: '@sekisho/archive', source: '' },
        'apps/server': { name: '@sekisho/server', source: '' },
      }),
    ).join();
  assert.match(faultOf("import { x } from '@sekisho/server';"), /to the right/);
  assert.match(faultOf("export { x } from '@sekisho/archive';"), /stages never/);
  assert.match(faultOf("import { x } from '@sekisho/terms/src/address.ts';"), /door/);
  assert.match(faultOf("const x = await import('@sekisho/nowhere');"), /no such room/);
  assert.match(faultOf("import './gone.ts';"), /no such file/);
});

test('arrowFaults() opens the testing door for tests and the demo alone', () => {
  const inspection = { name: '@sekisho/inspection', source: '' };
  const source = "import { x } from '@sekisho/inspection/testing';";
  const faults = (folder: string, name: string) =>
    arrowFaults(house({ 'packages/flow/2-inspection': inspection, [folder]: { name, source } }));
  assert.deepEqual(faults('apps/demo', '@sekisho/demo'), []);
  assert.match(faults('apps/server', '@sekisho/server').join(), /door/);
});

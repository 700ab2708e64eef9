import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { settingNames } from '@sekisho/config';

const ROOT = join(import.meta.dirname, '..', '..', '..');
/** Where mail is handled. What only shows settings (API, command line) obeys none. */
const PLACES = ['packages/{wire,store,flow}/**/src/**/*.ts', 'apps/server/src/**/*.ts'];
const IS_NO_SOURCE = /node_modules|\.test\.ts$|\/testing[./]|\/isolation\//;

test('every setting of the catalogue is named where mail is handled', () => {
  const files = globSync(PLACES, { cwd: ROOT }).filter((file) => !IS_NO_SOURCE.test(file));
  const sources = files.map((file) => readFileSync(join(ROOT, file), 'utf8')).join('\n');
  const unnamed = settingNames.filter((name) => !sources.includes(`'${name}'`));
  assert.deepEqual(unnamed, [], 'obey these settings, or take them out of the catalogue');
});

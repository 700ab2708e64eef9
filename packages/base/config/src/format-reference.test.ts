import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatReference } from './format-reference.ts';
import { type ConfigKey, configKeys } from './keys.ts';
import { settingNames } from './settings.ts';

test('formatReference() has a row for every key and every setting, in both languages', () => {
  const text = formatReference();
  for (const name of [...Object.keys(configKeys), ...settingNames])
    assert.equal(text.split(`\n| \`${name}\` |`).length, 2, name);
  assert.match(text, /\| `smtp\.port` \| `2525` \| `SEKISHO_SMTP_PORT` \| Port .*<br>.*ポート/);
});

test('every key of the file has a default that it takes, and a sentence in both languages', () => {
  for (const [name, key] of Object.entries(configKeys) as [string, ConfigKey<unknown>][]) {
    assert.ok(key.schema.safeParse(key.default).success, name);
    assert.ok(key.en.endsWith('.') && /[。]/.test(key.ja), name);
  }
});

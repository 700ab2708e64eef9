import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkSetting, effectiveSettings, parseSettingName, parseSettingText } from './effective-settings.ts';
import { SettingValueError, UnknownNameError } from './errors.ts';
import type { Setting } from './setting.ts';
import { settingNames, settings } from './settings.ts';

test('every default is a value that its setting takes', () => {
  for (const name of settingNames) {
    const setting: Setting<unknown> = settings[name];
    assert.deepEqual(checkSetting(name, 'installation', setting.default), setting.default);
    assert.ok(setting.ja.endsWith('。') || setting.ja.endsWith(')'), name);
    assert.ok(setting.en.endsWith('.'), name);
  }
});

test('effectiveSettings() takes the tenant, then the installation, then the default', () => {
  const effective = effectiveSettings({ 'quarantine.days': 30, 'queue.lifetime-hours': 48 }, { 'quarantine.days': 7 });
  assert.equal(effective['quarantine.days'], 7);
  assert.equal(effective['queue.lifetime-hours'], 48);
  assert.equal(effective['smtp.message-octets'], 52_428_800);
});

test('checkSetting() refuses values out of bounds and tenants where only the installation may', () => {
  assert.equal(checkSetting('smtp.message-octets', 'installation', 209_715_200), 209_715_200);
  for (const value of [209_715_201, 1.5, '5', null, -1, Number.NaN])
    assert.throws(() => checkSetting('smtp.message-octets', 'installation', value), SettingValueError);
  assert.throws(() => checkSetting('smtp.message-octets', 'tenant', 100_000), /for the installation only/);
  assert.throws(() => checkSetting('queue.retry-minutes', 'installation', []), SettingValueError);
  assert.throws(() => checkSetting('archive.retention-class', 'tenant', '../x'), SettingValueError);
});

test('parseSettingName() refuses unknown names with the nearest known one', () => {
  assert.equal(parseSettingName('quarantine.days'), 'quarantine.days');
  assert.throws(() => parseSettingName('quarantine.day'), {
    detail: { kind: 'setting', name: 'quarantine.day', nearest: 'quarantine.days' },
  });
  for (const name of ['__proto__', 'constructor', '']) assert.throws(() => parseSettingName(name), UnknownNameError);
});

test('parseSettingText() reads numbers, lists and words', () => {
  assert.equal(parseSettingText('quarantine.days', ' 30'), 30);
  assert.deepEqual(parseSettingText('queue.retry-minutes', '5, 10,20'), [5, 10, 20]);
  assert.equal(parseSettingText('archive.retention-class', 'ten-years'), 'ten-years');
  assert.throws(() => checkSetting('quarantine.days', 'tenant', parseSettingText('quarantine.days', 'two weeks')));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languageOf } from './language.ts';
import { parseOptions } from './options.ts';

test('parseOptions() takes what is said before what the environment says', () => {
  const options = parseOptions(['--once', '--lang', 'ja', '--data', '/srv/demo'], { SEKISHO_DATA: '/else', LANG: 'C' });
  assert.equal(options.language, 'ja');
  assert.equal(options.data, '/srv/demo');
  assert.equal(options.once, true);
  assert.equal(options.keep, true, 'a folder that somebody named is left in place');
});

test('parseOptions() uses a temporary folder that does not stay when nothing is said', () => {
  const { data, keep, once, language } = parseOptions([], {});
  assert.deepEqual({ data, keep, once, language }, { data: null, keep: false, once: false, language: 'en' });
});

test('parseOptions() refuses unknown options and languages', () => {
  assert.throws(() => parseOptions(['--twice'], {}), { id: 'demo.usage' });
  assert.throws(() => parseOptions(['--lang', 'fr'], {}), { id: 'demo.usage' });
});

test('languageOf() asks the variables in the order of POSIX', () => {
  assert.equal(languageOf({ LANG: 'ja_JP.UTF-8' }), 'ja');
  assert.equal(languageOf({ LANG: 'ja_JP.UTF-8', LC_ALL: 'C.UTF-8' }), 'en');
  assert.equal(languageOf({ LC_ALL: '', LC_MESSAGES: 'ja_JP.UTF-8', LANG: 'en_US.UTF-8' }), 'ja');
});

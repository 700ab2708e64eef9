import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commands } from './commands/all.ts';
import { UsageError } from './errors.ts';
import { languageIn, parseLine } from './parse-line.ts';
import { languageOf } from './language.ts';

/** The words of an example as a shell reads them. */
const wordsOf = (line: string) =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, plain]) => single ?? double ?? plain!);

for (const { name, example, about, positionals, options } of commands)
  test(`the example of "${name}" is a right command line, and all that it takes is told in both languages`, () => {
    assert.equal(parseLine(commands, wordsOf(example).slice(1)).command.name, name);
    for (const { ja, en } of [
      about,
      ...positionals.map((one) => one.about),
      ...Object.values(options).map((one) => one.about),
    ])
      assert.ok(ja && en && /[ぁ-んァ-ヶ一-龠]/u.test(ja), `${ja} / ${en}`);
  });

test('parseLine() reads places and options, wherever the options stand', () => {
  const line = parseLine(commands, [
    '--lang',
    'ja',
    'archive',
    'search',
    '--limit',
    '5',
    'kumo',
    '件名:見積',
    '添付:pdf',
    '--json',
  ]);
  assert.deepEqual([line.places.get('TENANT'), line.places.get('QUERY')], [['kumo'], ['件名:見積', '添付:pdf']]);
  assert.deepEqual([line.options['limit'], line.options['json']], ['5', true]);
});

for (const [argv, says] of [
  [['tenant', 'creat', 'kumo'], /did you mean "tenant create"/],
  [['tenant'], /did you mean .*"tenant list"/],
  [['nothing'], /Cannot find command "nothing"/],
  [['tenant', 'create'], /NAME is missing/],
  [['tenant', 'list', 'kumo'], /"kumo" is too much/],
  [
    ['tenant', 'create', 'kumo', '--dispaly', 'x'],
    /Cannot use option --dispaly: there is none, did you mean --display\?/,
  ],
  [['tenant', 'suspend', 'kumo', '--json'], /Cannot use --json with tenant suspend/],
  [['tenant', 'create', 'kumo', '--display'], /display/],
  [[], /no command is named/],
] as const)
  test(`parseLine() refuses "${argv.join(' ')}"`, () => {
    assert.throws(
      () => parseLine(commands, argv),
      (error) => error instanceof UsageError && says.test(error.message),
    );
  });

test('the language is that of --lang, else that of the locale', () => {
  assert.equal(languageIn(['x', '--lang', 'ja']), 'ja');
  assert.equal(languageIn(['--lang=en']), 'en');
  assert.equal(languageIn(['--lang', 'fr']), null);
  assert.equal(languageOf({ LANG: 'ja_JP.UTF-8' }), 'ja');
  assert.equal(languageOf({ LANG: 'ja_JP.UTF-8', LC_ALL: 'C' }), 'en');
  assert.equal(languageOf({}), 'en');
});

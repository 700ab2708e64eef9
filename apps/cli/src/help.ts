import type { Command } from './command.ts';
import { exitCodeTable } from './exit-codes.ts';
import type { Language } from './language.ts';
import { padded, textWidth } from './output/width.ts';
import type { Sentence } from '@sekisho/terms';

/** Options that every command takes. */
export const commonOptions: readonly (readonly [string, Sentence])[] = [
  [
    '--config FILE',
    { ja: '設定ファイル(省略時は ./sekisho.toml)', en: 'configuration file (default: ./sekisho.toml)' },
  ],
  ['--lang ja|en', { ja: '表示の言語(省略時は LANG に従う)', en: 'language (default: as LANG says)' }],
  ['--utc', { ja: '時刻を UTC で表示する(省略時は JST)', en: 'times in UTC (default: JST)' }],
  [
    '--json',
    { ja: '読み取り系のコマンド: プログラム向けの JSON で出力する', en: 'commands that read: JSON for programs' },
  ],
  ['--help', { ja: 'コマンドの使い方', en: 'help for the command' }],
];

const HEADS: Readonly<Record<'usage' | 'commands' | 'places' | 'options' | 'example' | 'codes', Sentence>> = {
  usage: { ja: '使い方', en: 'Usage' },
  commands: { ja: 'コマンド', en: 'Commands' },
  places: { ja: '引数', en: 'Arguments' },
  options: { ja: 'オプション', en: 'Options' },
  example: { ja: '例', en: 'Example' },
  codes: { ja: '終了コード', en: 'Exit codes' },
};

function rowsOf(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...rows.map(([name]) => textWidth(name)));
  return rows.map(([name, about]) => `  ${padded(name, width)}  ${about}\n`).join('');
}

/** `sekisho tenant create NAME [--display TEXT]`. */
export function usageLine({ name, positionals, options, isReader }: Command): string {
  const places = positionals.map((one) => {
    const shown = one.isMany ? `${one.name}...` : one.name;
    return one.isOptional ? `[${shown}]` : shown;
  });
  const named = Object.entries(options).map(([option, { value }]) => `[--${option}${value ? ` ${value}` : ''}]`);
  return ['sekisho', name, ...places, ...named, ...(isReader ? ['[--json]'] : [])].join(' ');
}

/** The help of one command. */
export function commandHelp(command: Command, language: Language): string {
  const head = (name: keyof typeof HEADS) => `\n${HEADS[name][language]}:\n`;
  const places = command.positionals.map(({ name, about }) => [name, about[language]] as const);
  const named = Object.entries(command.options).map(
    ([name, { value, about }]) => [`--${name}${value ? ` ${value}` : ''}`, about[language]] as const,
  );
  return [
    `${command.name}: ${command.about[language]}\n`,
    head('usage'),
    `  ${usageLine(command)}\n`,
    places.length > 0 ? head('places') + rowsOf(places) : '',
    named.length > 0 ? head('options') + rowsOf(named) : '',
    command.notes ? `\n${command.notes[language]}\n` : '',
    head('example'),
    `  ${command.example}\n`,
  ].join('');
}

/** The help of everything. */
export function allHelp(commands: readonly Command[], language: Language): string {
  const head = (name: keyof typeof HEADS) => `\n${HEADS[name][language]}:\n`;
  return [
    `${HEADS.usage[language]}: sekisho COMMAND [...]\n`,
    head('commands'),
    rowsOf([
      ...commands.map(({ name, about }) => [name, about[language]] as const),
      [
        'help [COMMAND]',
        language === 'ja' ? 'この一覧、またはコマンドの使い方' : 'this list, or the help of a command',
      ],
    ]),
    head('options'),
    rowsOf(commonOptions.map(([name, about]) => [name, about[language]] as const)),
    head('codes'),
    rowsOf(exitCodeTable.map(([code, about]) => [String(code), about[language]] as const)),
  ].join('');
}

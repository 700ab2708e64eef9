import { parseArgs } from 'node:util';
import { nearestName } from '@sekisho/config';
import type { Command } from './command.ts';
import { UsageError } from './errors.ts';
import type { Language } from './language.ts';

/** What every command understands. */
const COMMON = {
  config: { type: 'string' },
  lang: { type: 'string' },
  utc: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** A command line, read. */
export interface Line {
  readonly command: Command;
  readonly places: ReadonlyMap<string, readonly string[]>;
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

/** The language that a command line asks for, even when the rest of it is wrong. */
export function languageIn(argv: readonly string[]): Language | null {
  const at = argv.indexOf('--lang');
  const asked = at >= 0 ? argv[at + 1] : argv.find((one) => one.startsWith('--lang='))?.slice('--lang='.length);
  return asked === 'ja' || asked === 'en' ? asked : null;
}

/** The command that the words name, and how many of them; the longest name wins. */
export function findCommand(
  commands: readonly Command[],
  words: readonly string[],
): { readonly command: Command; readonly used: number } | null {
  for (const used of [3, 2, 1]) {
    const name = words.slice(0, used).join(' ');
    const command = commands.find((one) => one.name === name);
    if (command && words.length >= used) return { command, used };
  }
  return null;
}

/** Reads a command line; throws a UsageError that says what is wrong with it. */
export function parseLine(commands: readonly Command[], argv: readonly string[]): Line {
  const words = leadingWords(argv);
  const found = findCommand(commands, words);
  if (!found) throw unknownCommand(commands, words.join(' '));
  const { command } = found;
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, { value }]) => [name, { type: value ? 'string' : 'boolean' } as const]),
  );
  const { values, positionals } = parsed(command, argv, { ...COMMON, ...options });
  if (values['json'] && !command.isReader)
    throw new UsageError(
      { ja: `${command.name} に --json はありません`, en: `Cannot use --json with ${command.name}` },
      command.name,
    );
  const isHelp = values['help'] === true;
  return { command, options: values, places: isHelp ? new Map() : placesOf(command, positionals.slice(found.used)) };
}

/** The words before the first option of the command; options that every command takes may stand before it. */
function leadingWords(argv: readonly string[]): string[] {
  const words: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const one = argv[at]!;
    if (!one.startsWith('-')) words.push(one);
    else if (words.length > 0 || !Object.hasOwn(COMMON, one.replace(/^--/, '').split('=')[0]!)) break;
    else if (one === '--config' || one === '--lang') at += 1;
  }
  return words;
}

function parsed(command: Command, argv: readonly string[], options: Record<string, { type: 'string' | 'boolean' }>) {
  try {
    const read = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
    return { values: read.values as Line['options'], positionals: read.positionals };
  } catch (error) {
    const [, unknown] = /Unknown option '(--?[^' ]+)'/.exec((error as Error).message) ?? [];
    const near = unknown && nearestName(unknown.replace(/^-+/, ''), Object.keys(options));
    const hint = near ? { ja: `(--${near} のことですか)`, en: `, did you mean --${near}?` } : { ja: '', en: '' };
    const state = unknown
      ? {
          ja: `オプション ${unknown} はありません${hint.ja}`,
          en: `Cannot use option ${unknown}: there is none${hint.en}`,
        }
      : { ja: (error as Error).message, en: (error as Error).message };
    throw new UsageError(state, command.name);
  }
}

function placesOf(command: Command, words: readonly string[]): Map<string, readonly string[]> {
  const places = new Map<string, readonly string[]>();
  let at = 0;
  for (const { name, isOptional, isMany } of command.positionals) {
    const taken = isMany ? words.slice(at) : words.slice(at, at + 1);
    at += taken.length;
    if (taken.length === 0 && !isOptional)
      throw new UsageError(
        { ja: `${name} が足りません`, en: `Cannot run ${command.name}: ${name} is missing` },
        command.name,
      );
    if (taken.length > 0) places.set(name, taken);
  }
  if (at < words.length)
    throw new UsageError(
      { ja: `「${words[at]}」が余分です`, en: `Cannot run ${command.name}: "${words[at]}" is too much` },
      command.name,
    );
  return places;
}

function unknownCommand(commands: readonly Command[], asked: string): UsageError {
  const verbs = commands
    .map(({ name }) => name)
    .filter((name) => asked !== '' && name.startsWith(`${asked.split(' ')[0]} `));
  const near = nearestName(
    asked,
    commands.map(({ name }) => name),
  );
  const known = near ? `"${near}"` : verbs.map((name) => `"${name}"`).join(', ');
  const hint = known === '' ? { ja: '', en: '' } : { ja: `(${known} のことですか)`, en: `, did you mean ${known}?` };
  return asked === ''
    ? new UsageError({ ja: 'コマンドがありません', en: 'Cannot tell what to do: no command is named' })
    : new UsageError({
        ja: `「${asked}」というコマンドはありません${hint.ja}`,
        en: `Cannot find command "${asked}"${hint.en}`,
      });
}

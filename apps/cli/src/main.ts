import { once } from 'node:events';
import { SekishoError } from '@sekisho/terms';
import type { Streams } from './command.ts';
import { commands } from './commands/all.ts';
import { contextOf } from './context.ts';
import { CommandError, UsageError } from './errors.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { allHelp, commandHelp } from './help.ts';
import { type Language, languageOf } from './language.ts';
import { findCommand, languageIn, parseLine } from './parse-line.ts';
import { plainLines } from './output/plain.ts';

const standard: Streams = {
  out: (text) => void process.stdout.write(text),
  async outOctets(octets) {
    if (!process.stdout.write(octets)) await once(process.stdout, 'drain');
  },
  err: (text) => void process.stderr.write(text),
  env: process.env,
  isTerminal: process.stderr.isTTY === true,
};

/** Runs a command line; resolves with the code that the process ends with, and never rejects. */
export async function main(argv: readonly string[], streams: Streams = standard): Promise<number> {
  const language = languageIn(argv) ?? languageOf(streams.env);
  try {
    return await run(argv, language, streams);
  } catch (error) {
    return explain(error, language, streams);
  }
}

async function run(argv: readonly string[], language: Language, streams: Streams): Promise<ExitCode> {
  const [first] = argv;
  if (first === undefined) {
    streams.err(allHelp(commands, language));
    return EXIT.usage;
  }
  if (first === 'help' || first === '--help' || first === '-h') {
    const words = argv.slice(1).filter((one) => !one.startsWith('-') && one !== language);
    return help(words, language, streams);
  }
  if (first === '--version') return run(['version', ...argv.slice(1)], language, streams);
  const line = parseLine(commands, argv);
  if (line.options['help'] === true) {
    streams.out(commandHelp(line.command, language));
    return EXIT.good;
  }
  return line.command.run(contextOf(line, language, streams));
}

function help(words: readonly string[], language: Language, streams: Streams): ExitCode {
  if (words.length === 0) {
    streams.out(allHelp(commands, language));
    return EXIT.good;
  }
  const found = findCommand(commands, words);
  const listed = found ? [found.command] : commands.filter(({ name }) => name.startsWith(`${words[0]} `));
  if (listed.length === 0) {
    const asked = words.join(' ');
    throw new UsageError({ ja: `「${asked}」というコマンドはありません`, en: `Cannot find command "${asked}"` });
  }
  streams.out(listed.map((command) => commandHelp(command, language)).join('\n'));
  return EXIT.good;
}

/** Tells what went wrong and what to do, and gives the code to end with. */
function explain(error: unknown, language: Language, streams: Streams): ExitCode {
  const tell = (text: string) => streams.err(`sekisho: ${plainLines(text)}\n`);
  if (error instanceof CommandError) {
    tell(error.sentence[language]);
    if (error.todo) streams.err(`${error.todo[language]}\n`);
    return error.exitCode;
  }
  if (error instanceof SekishoError) {
    tell(error.message);
    return error.id === 'config' || error.id === 'unknown-name' ? EXIT.usage : EXIT.failed;
  }
  if ((error as NodeJS.ErrnoException | null)?.code === 'EPIPE') return EXIT.good;
  tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.failed;
}

import { parseArgs } from 'node:util';
import { DemoError } from './errors.ts';
import { type Language, languageOf } from './language.ts';

/** What the demo was asked to do. */
export interface DemoOptions {
  /** Folder of the data, or `null` for a temporary one. */
  readonly data: string | null;
  /** Leaves what was made in place at the end. */
  readonly keep: boolean;
  /** Ends behind the summary instead of waiting for Ctrl-C. */
  readonly once: boolean;
  /** Runs without ClamAV even where there is one. */
  readonly withoutAntivirus: boolean;
  readonly language: Language;
  readonly help: boolean;
}

/** Reads the command line; the environment says where nothing is said. Throws a DemoError that says what to mend. */
export function parseOptions(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): DemoOptions {
  const { data, keep, once, lang, help, 'without-antivirus': withoutAntivirus } = parse(argv);
  if (lang !== undefined && lang !== 'ja' && lang !== 'en')
    throw new DemoError('usage', `Cannot speak "${lang}": it is "ja" or "en"`);
  const folder = data ?? (env['SEKISHO_DATA'] || undefined);
  return {
    data: folder ?? null,
    keep: (keep ?? false) || folder !== undefined,
    once: once ?? false,
    withoutAntivirus: withoutAntivirus ?? false,
    language: lang ?? languageOf(env),
    help: help ?? false,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        data: { type: 'string' },
        keep: { type: 'boolean' },
        once: { type: 'boolean' },
        'without-antivirus': { type: 'boolean' },
        lang: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (cause) {
    throw new DemoError('usage', `Cannot read the command line: ${(cause as Error).message}`, cause);
  }
}

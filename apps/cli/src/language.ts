import type { Sentence } from '@sekisho/terms';

/** The languages that the command speaks. */
export type Language = keyof Sentence;

/** The language of the environment: Japanese where its locale says so (POSIX: LC_ALL, LC_MESSAGES, LANG). */
export function languageOf(env: Readonly<Record<string, string | undefined>>): Language {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return locale.startsWith('ja') ? 'ja' : 'en';
}

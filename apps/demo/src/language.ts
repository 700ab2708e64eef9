import type { Sentence } from '@sekisho/terms';

/** The language that the demo speaks. */
export type Language = 'ja' | 'en';

/** The language of an environment as POSIX orders its variables; anything but Japanese is English. */
export function languageOf(env: Readonly<Record<string, string | undefined>>): Language {
  const locale = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((value) => value !== undefined && value !== '');
  return locale?.startsWith('ja') ? 'ja' : 'en';
}

/** A sentence in both languages. */
export const both = (ja: string, en: string): Sentence => ({ ja, en });

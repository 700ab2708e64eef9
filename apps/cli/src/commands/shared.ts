import type { Context, Option, Positional } from '../command.ts';
import { UsageError } from '../errors.ts';
import { parseTime } from '../output/times.ts';

export const TENANT: Positional = {
  name: 'TENANT',
  about: { ja: 'テナントの名前または ID', en: 'name or id of a tenant' },
};

export const DOMAIN: Positional = {
  name: 'DOMAIN',
  about: { ja: 'テナントのドメイン', en: 'a domain of the tenant' },
};

export const NOTE: Option = { value: 'TEXT', about: { ja: '理由(記録に残ります)', en: 'why; it is kept' } };

/** Options of lists that come in pages. */
export const PAGE_OPTIONS = {
  limit: { value: 'N', about: { ja: '表示する件数', en: 'how many' } },
  cursor: {
    value: 'CURSOR',
    about: { ja: '続きの位置(前の表示の最後に出ます)', en: 'where to go on, as the page before said' },
  },
} as const satisfies Record<string, Option>;

/** A whole number of the command line, or `undefined` when it is not given. */
export function numberOption(context: Context, name: string): number | undefined {
  const text = context.option(name);
  if (text === null) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError({
    ja: `--${name} には数を指定してください`,
    en: `Cannot use "${text}" as --${name}: a number is needed`,
  });
}

/** One of some words of the command line, or `undefined` when it is not given. */
export function wordOption<Word extends string>(
  context: Context,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const text = context.option(name);
  if (text === null) return undefined;
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  const known = words.join(', ');
  throw new UsageError({
    ja: `--${name} に「${text}」は使えません(${known} のいずれか)`,
    en: `Cannot use "${text}" as --${name}: it is one of ${known}`,
  });
}

/** A time of the command line, or `undefined` when it is not given. */
export function timeOption(context: Context, name: string): string | undefined {
  const text = context.option(name);
  if (text === null) return undefined;
  const found = parseTime(text, context.zone);
  if (found !== null) return found;
  throw new UsageError({
    ja: `--${name} に「${text}」は使えません(例: "2026-11-20 21:04")`,
    en: `Cannot use "${text}" as --${name}: write it as "2026-11-20 21:04"`,
  });
}

/** Says how to see what follows. */
export function sayMore(context: Context, cursor: string | number | null): void {
  if (cursor === null || context.isJson) return;
  context.say({ ja: `続きがあります: --cursor '${cursor}'`, en: `There are more: --cursor '${cursor}'` });
}

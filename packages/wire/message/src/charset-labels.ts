/** Decoders of ours beside those of TextDecoder; `unknown` means: look at the octets. */
export type CharsetName = string;

const OURS: Record<string, CharsetName> = {
  'us-ascii': 'us-ascii',
  ascii: 'us-ascii',
  'ansi_x3.4-1968': 'us-ascii',
  '7bit': 'us-ascii',
  '646': 'us-ascii',
  utf8: 'utf-8',
  utf8mb4: 'utf-8',
  'utf-8n': 'utf-8',
  cp65001: 'utf-8',
  'utf-16': 'utf-16',
  utf16: 'utf-16',
  'ucs-2': 'utf-16',
  'utf-7': 'utf-7',
  utf7: 'utf-7',
  'unicode-1-1-utf-7': 'utf-7',
  'x-unicode-2-0-utf-7': 'utf-7',
  cp65000: 'utf-7',
  jis: 'iso-2022-jp',
  jis7: 'iso-2022-jp',
  csiso2022jp: 'iso-2022-jp',
  cp50220: 'iso-2022-jp',
  cp50221: 'iso-2022-jp',
  cp50222: 'iso-2022-jp',
  'iso-2022-jp': 'iso-2022-jp',
  'iso-2022-jp-1': 'iso-2022-jp',
  'iso-2022-jp-2': 'iso-2022-jp',
  'iso-2022-jp-3': 'iso-2022-jp',
  'iso-2022-jp-2004': 'iso-2022-jp',
  'iso-2022-jp-ext': 'iso-2022-jp',
  'iso-2022-jp-ms': 'iso-2022-jp',
  'iso-2022-kr': 'iso-2022-jp',
  'iso-2022-cn': 'iso-2022-jp',
  sjis: 'shift_jis',
  'x-sjis': 'shift_jis',
  'shift-jis': 'shift_jis',
  'x-shift-jis': 'shift_jis',
  'x-sjis-jp': 'shift_jis',
  shiftjis: 'shift_jis',
  cp932: 'shift_jis',
  ms932: 'shift_jis',
  ms_kanji: 'shift_jis',
  'windows-932': 'shift_jis',
  'windows-31j': 'shift_jis',
  cswindows31j: 'shift_jis',
  cp943: 'shift_jis',
  shift_jisx0213: 'shift_jis',
  'shift_jis-2004': 'shift_jis',
  shift_jis: 'shift_jis',
  euc: 'euc-jp',
  eucjp: 'euc-jp',
  'x-euc': 'euc-jp',
  'x-euc-jp': 'euc-jp',
  'euc-jp-ms': 'euc-jp',
  eucjpms: 'euc-jp',
  'euc-jisx0213': 'euc-jp',
  'euc-jis-2004': 'euc-jp',
  cp51932: 'euc-jp',
  cp20932: 'euc-jp',
  cp949: 'euc-kr',
  cp936: 'gbk',
  cp950: 'big5',
  latin1: 'windows-1252',
};

/**
 * The decoder for a label of a mail: those of TextDecoder (WHATWG), `utf-7`, `us-ascii` and `iso-2022-jp` of ours, or
 * `unknown`.
 */
export function charsetOf(label: string | undefined): CharsetName {
  if (label === undefined) return 'unknown';
  const key = label.trim().toLowerCase().slice(0, 64);
  const ours = Object.hasOwn(OURS, key) ? OURS[key] : undefined;
  if (ours !== undefined) return ours;
  try {
    const { encoding } = new TextDecoder(key);
    return encoding === 'x-user-defined' || encoding === 'replacement' ? 'unknown' : encoding;
  } catch {
    return 'unknown';
  }
}

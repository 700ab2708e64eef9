import type { QueryFilter } from './query.ts';

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  kb: 1024,
  m: 1024 ** 2,
  mb: 1024 ** 2,
  g: 1024 ** 3,
  gb: 1024 ** 3,
};

/** Octets of `500`, `64k`, `1.5MB`, also in full width; `null` when it is no size. */
export function parseSize(text: string): number | null {
  const [, number, unit] = /^(\d{1,12}(?:\.\d{1,3})?)\s*([a-z]{0,2})$/.exec(text.normalize('NFKC').toLowerCase()) ?? [];
  if (number === undefined || unit === undefined || !Object.hasOwn(UNITS, unit)) return null;
  return Math.round(Number(number) * UNITS[unit]!);
}

/**
 * First and last moment of `2026`, `2026-11`, `2026-11-20`, also with slashes or 年月日, in milliseconds, the end not
 * included; `null` when there is no such date.
 */
export function parseDates(text: string, utcOffsetMinutes: number): { from: number; until: number } | null {
  const plain = text
    .normalize('NFKC')
    .replace(/[年月]/g, '-')
    .replace(/[日-]$/, '')
    .replace(/-$/, '')
    .replaceAll('/', '-');
  const [, year, month, day] = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(plain) ?? [];
  if (year === undefined) return null;
  const [y, m, d] = [Number(year), Number(month ?? 1), Number(day ?? 1)];
  const at = (yy: number, mm: number, dd: number) => Date.UTC(yy, mm - 1, dd) - utcOffsetMinutes * 60_000;
  const check = new Date(Date.UTC(y, m - 1, d));
  if (check.getUTCFullYear() !== y || check.getUTCMonth() !== m - 1 || check.getUTCDate() !== d) return null;
  const until = day !== undefined ? at(y, m, d + 1) : month !== undefined ? at(y, m + 1, 1) : at(y + 1, 1, 1);
  return { from: at(y, m, d), until };
}

const YES = ['yes', 'あり', '有', 'true'];
const NO = ['no', 'なし', '無', 'false'];

const OFFICE = 'application/vnd.openxmlformats-officedocument';

/** Short names of what attachments are by their content. */
const MEDIA_TYPES: Readonly<Record<string, readonly string[]>> = {
  image: ['image'],
  audio: ['audio'],
  video: ['video'],
  mail: ['message/rfc822'],
  eml: ['message/rfc822'],
  pdf: ['application/pdf'],
  word: ['application/msword', `${OFFICE}.wordprocessingml.document`],
  doc: ['application/msword'],
  docx: [`${OFFICE}.wordprocessingml.document`],
  excel: ['application/vnd.ms-excel', `${OFFICE}.spreadsheetml.sheet`],
  xls: ['application/vnd.ms-excel'],
  xlsx: [`${OFFICE}.spreadsheetml.sheet`],
  powerpoint: ['application/vnd.ms-powerpoint', `${OFFICE}.presentationml.presentation`],
  ppt: ['application/vnd.ms-powerpoint'],
  pptx: [`${OFFICE}.presentationml.presentation`],
  zip: ['application/zip'],
  rar: ['application/vnd.rar'],
  '7z': ['application/x-7z-compressed'],
  lzh: ['application/x-lzh-compressed'],
  html: ['text/html'],
  png: ['image/png'],
  jpg: ['image/jpeg'],
  jpeg: ['image/jpeg'],
  gif: ['image/gif'],
  exe: ['application/vnd.microsoft.portable-executable'],
};

/** `yes`, `no`, what an attachment is by its content (`pdf`, `image`, `application/zip`), or another ending of its name. */
export function parseAttachment(text: string): QueryFilter | null {
  const plain = text.normalize('NFKC').toLowerCase();
  if (YES.includes(plain)) return { kind: 'attachment', present: true };
  if (NO.includes(plain)) return { kind: 'attachment', present: false };
  if (Object.hasOwn(MEDIA_TYPES, plain)) return { kind: 'attachment-type', types: MEDIA_TYPES[plain]! };
  if (/^[a-z0-9][a-z0-9.+-]{0,60}\/[a-z0-9][a-z0-9.+-]{0,100}$/.test(plain))
    return { kind: 'attachment-type', types: [plain] };
  return /^[a-z0-9]{1,10}$/.test(plain) ? { kind: 'attachment-extension', is: plain } : null;
}

const DISPOSITIONS = { deliver: ['配送'], hold: ['保留'], quarantine: ['隔離'], reject: ['拒否'] } as const;
const DIRECTIONS = { reception: ['受信', 'in', 'received'], submission: ['送信', 'out', 'sent'] } as const;

function named<T extends string>(table: Readonly<Record<T, readonly string[]>>, text: string): T | null {
  const plain = text.normalize('NFKC').toLowerCase();
  const found = Object.entries<readonly string[]>(table).find(
    ([name, others]) => name === plain || others.includes(plain),
  );
  return found ? (found[0] as T) : null;
}

/** A disposition by its name. */
export function parseDisposition(text: string): QueryFilter | null {
  const is = named(DISPOSITIONS, text);
  return is && { kind: 'disposition', is };
}

/** A direction by its name. */
export function parseDirection(text: string): QueryFilter | null {
  const is = named(DIRECTIONS, text);
  return is && { kind: 'direction', is };
}

const STATES: Readonly<Record<string, readonly [QueryFilter, ...string[]]>> = {
  delivered: [{ kind: 'disposition', is: 'deliver' }, '配送済み'],
  held: [{ kind: 'disposition', is: 'hold' }, '保留中'],
  quarantined: [{ kind: 'disposition', is: 'quarantine' }, '隔離中'],
  received: [{ kind: 'direction', is: 'reception' }],
  sent: [{ kind: 'direction', is: 'submission' }],
  'partly-indexed': [{ kind: 'partly-indexed' }, '一部索引'],
};

/** What may follow `is:`. */
export const stateNames = Object.keys(STATES);

/** A state by its name. */
export function parseState(text: string): QueryFilter | null {
  const plain = text.normalize('NFKC').toLowerCase();
  const found = Object.entries(STATES).find(([name, [, ...others]]) => name === plain || others.includes(plain));
  return found?.[1][0] ?? parseDisposition(plain) ?? parseDirection(plain);
}

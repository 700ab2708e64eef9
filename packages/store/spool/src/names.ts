import { formatSpoolId, readSpoolId, type SpoolId } from '@sekisho/terms';

/** Digits of a spool id that name front and segment; the segment's file carries them. */
const PREFIX_DIGITS = 10;
const SEGMENT_FILE = /^[0-9a-hjkmnp-tv-z]{10}\.segment$/;

/** The digit with which all files of a front begin. */
export const frontDigit = (front: number) => formatSpoolId(front, 0, 0).slice(0, 1);

/** The first ten digits of the spool ids of a segment's records. */
export const segmentPrefix = (front: number, number: number) => formatSpoolId(front, number, 0).slice(0, PREFIX_DIGITS);

export const segmentFileName = (front: number, number: number) => `${segmentPrefix(front, number)}.segment`;

/** Front and number of a segment's file name, or `null` for any other file. */
export function parseSegmentFileName(name: string): { readonly front: number; readonly number: number } | null {
  if (!SEGMENT_FILE.test(name)) return null;
  const { front, segment } = readSpoolId(`${name.slice(0, PREFIX_DIGITS)}00000` as SpoolId);
  return { front, number: segment };
}

export const isSpareOf = (front: number, name: string) => name.startsWith(frontDigit(front)) && name.endsWith('.spare');
export const isTemporaryOf = (front: number, name: string) =>
  name.startsWith(frontDigit(front)) && name.endsWith('.tmp');

/** File of a large body; `id` are 16 random octets, in hex. */
export const bodyFileName = (front: number, id: Buffer) => `${frontDigit(front)}-${id.toString('hex')}.body`;
export const isBodyFileName = (name: string) => /^[0-9a-z]-[0-9a-f]{32}\.body$/.test(name);

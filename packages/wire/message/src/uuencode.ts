import type { Range } from './tree.ts';

const BEGIN = Buffer.from('begin ');
const LINE_BEGIN = Buffer.from('\nbegin ');
const END = Buffer.from('\nend');
const LF = 10;
const CR = 13;

/** A file within a text, as `uuencode` writes it. */
export interface Uuencoded {
  /** From `begin` to behind the line `end`. */
  readonly range: Range;
  /** The octets behind the mode: a name in whatever encoding the sender used. */
  readonly name: Buffer;
}

const lineEnd = (octets: Buffer, from: number, end: number) => {
  const lf = octets.indexOf(LF, from);
  return lf === -1 || lf > end ? end : lf;
};

/** A `begin` line is believed when three octal digits, a name and a line of the promised length follow. */
function readBegin(octets: Buffer, at: number, end: number): { name: Buffer; dataAt: number } | null {
  const firstEnd = lineEnd(octets, at, end);
  if (firstEnd >= end || firstEnd - at > 1_000) return null;
  const line = octets.toString('latin1', at, firstEnd);
  const match = /^begin [0-7]{3,4} (?=\S)/.exec(line);
  if (match === null) return null;
  const nameEnd = octets[firstEnd - 1] === CR ? firstEnd - 1 : firstEnd;
  const dataAt = firstEnd + 1;
  const count = ((octets[dataAt] ?? 0) - 32) & 63;
  const length = lineEnd(octets, dataAt, end) - dataAt;
  const needed = 1 + Math.ceil((count * 8) / 6);
  if (dataAt >= end || length < needed || length > needed + 8) return null;
  return { name: octets.subarray(at + match[0].length, nameEnd), dataAt };
}

/** Finds uuencoded files between `start` and `end`, at most `most` of them. */
export function findUuencoded(octets: Buffer, start: number, end: number, most: number): Uuencoded[] {
  const found: Uuencoded[] = [];
  let at = octets.subarray(start, Math.min(end, start + BEGIN.length)).equals(BEGIN)
    ? start
    : nextBegin(octets, start, end);
  while (at !== -1 && found.length < most) {
    const begin = readBegin(octets, at, end);
    if (begin === null) {
      at = nextBegin(octets, at, end);
      continue;
    }
    const close = octets.subarray(begin.dataAt - 1, end).indexOf(END);
    const stop = close === -1 ? end : Math.min(end, lineEnd(octets, begin.dataAt + close, end) + 1);
    found.push({ range: [at, stop], name: begin.name });
    at = nextBegin(octets, stop - 1, end);
  }
  return found;
}

function nextBegin(octets: Buffer, from: number, end: number): number {
  const at = octets.subarray(from, end).indexOf(LINE_BEGIN);
  return at === -1 ? -1 : from + at + 1;
}

/** Decodes uuencoded lines from `begin` to `end`, or lines without a `begin` if there is none. */
export function decodeUuencoded(octets: Buffer, start: number, end: number): Buffer {
  const decoded = Buffer.allocUnsafe(end - start);
  let length = 0;
  const [file] = findUuencoded(octets, start, end, 1);
  let at = file === undefined ? start : lineEnd(octets, file.range[0], end) + 1;
  while (at < end) {
    const stop = lineEnd(octets, at, end);
    const count = (octets[at]! - 32) & 63;
    if (octets.toString('latin1', at, Math.min(stop, at + 3)) === 'end') break;
    const textEnd = octets[stop - 1] === CR ? stop - 1 : stop;
    let wanted = textEnd > at ? count : 0;
    for (let i = at + 1; wanted > 0 && i < textEnd + 3; i += 4) {
      const digit = (offset: number) => (i + offset < textEnd ? (octets[i + offset]! - 32) & 63 : 0);
      const triple = (digit(0) << 18) | (digit(1) << 12) | (digit(2) << 6) | digit(3);
      for (let shift = 16; shift >= 0 && wanted > 0; shift -= 8, wanted--) decoded[length++] = (triple >> shift) & 255;
    }
    at = stop + 1;
  }
  return decoded.subarray(0, length);
}

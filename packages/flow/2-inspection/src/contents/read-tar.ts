import { damagedFile } from '../errors.ts';
import type { ArchiveBudget } from './archive-budget.ts';

export interface TarMember {
  readonly name: string;
  readonly octets: Buffer;
}

const BLOCK = 512;

/** Reads a tar archive (POSIX ustar, GNU and pax long names). Links, folders and devices are passed over. */
export function* readTar(octets: Buffer, budget: ArchiveBudget): Generator<TarMember> {
  let longName: string | null = null;
  for (let at = 0; at + BLOCK <= octets.length; ) {
    const header = octets.subarray(at, at + BLOCK);
    if (header[0] === 0) return;
    if (!hasRightSum(header)) throw damagedFile('wrong checksum of a tar header');
    const size = number(header, 124, 12);
    const start = at + BLOCK;
    if (start + size > octets.length) throw damagedFile('the tar archive ends inside a member');
    const body = octets.subarray(start, start + size);
    at = start + Math.ceil(size / BLOCK) * BLOCK;
    const type = String.fromCharCode(header[156]!);
    if (type === 'L') longName = text(body, 0, body.length);
    else if (type === 'x') longName = paxPath(body) ?? longName;
    else {
      budget.takeFile();
      if (type === '0' || type === '\0' || type === '7') yield { name: longName ?? shortName(header), octets: body };
      longName = null;
    }
  }
}

function hasRightSum(header: Buffer): boolean {
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += header[i]!;
  return sum === number(header, 148, 8);
}

/** Octal digits, or base 256 when the first bit is set (GNU). */
function number(header: Buffer, at: number, length: number): number {
  if (header[at]! & 0x80) return Number(header.readBigUInt64BE(at + length - 8) & 0x7fff_ffff_ffffn);
  const value = Number.parseInt(text(header, at, length).trim() || '0', 8);
  if (Number.isNaN(value)) throw damagedFile('a number in a tar header is not octal');
  return value;
}

function shortName(header: Buffer): string {
  const prefix = header.toString('latin1', 257, 263) === 'ustar\0' ? text(header, 345, 155) : '';
  return prefix === '' ? text(header, 0, 100) : `${prefix}/${text(header, 0, 100)}`;
}

function text(octets: Buffer, at: number, length: number): string {
  const end = octets.indexOf(0, at);
  return octets.toString('utf8', at, end < 0 || end > at + length ? at + length : end);
}

function paxPath(body: Buffer): string | null {
  const match = /(?:^|\n)\d{1,6} path=([^\n]*)\n/.exec(body.toString('utf8', 0, 8192));
  return match ? match[1]! : null;
}

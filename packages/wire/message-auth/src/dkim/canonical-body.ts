import { createHash, type Hash } from 'node:crypto';
import type { Canonicalization } from './canonical-header.ts';

const TAB = 9;
const LF = 10;
const CR = 13;
const SP = 32;
const CRLF = Buffer.from('\r\n');
const BLOCK_OCTETS = 16 * 1024;

/** Digest of a canonical body. */
export interface BodyHash {
  /** SHA-256 in base64, as bh= holds it. */
  readonly digest: string;
  /** Length of the whole canonical body; what exceeds l= is not in the digest. */
  readonly canonicalOctets: number;
}

/** Hashes the body that begins at `from`, up to `limit` canonical octets (l=; RFC 6376 §3.4.3, §3.4.4, §3.4.5). */
export function hashBody(raw: Buffer, from: number, how: Canonicalization, limit = Number.POSITIVE_INFINITY): BodyHash {
  const sink = new LimitedHash(limit);
  if (how === 'simple') {
    sink.add(raw.subarray(from, withoutEmptyLines(raw, from)));
    sink.add(CRLF);
  } else {
    const end = withoutBlankLines(raw, from);
    if (end > from) {
      relaxBody(raw, from, end, sink);
      sink.add(CRLF);
    }
  }
  return { digest: sink.digest(), canonicalOctets: sink.octets };
}

class LimitedHash {
  readonly #hash: Hash = createHash('sha256');
  readonly #limit: number;
  octets = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(octets: Buffer): void {
    const room = this.#limit - this.octets;
    this.octets += octets.length;
    if (room > 0) this.#hash.update(room < octets.length ? octets.subarray(0, room) : octets);
  }

  digest(): string {
    return this.#hash.digest('base64');
  }
}

function withoutEmptyLines(raw: Buffer, from: number): number {
  let end = raw.length;
  while (end - 2 >= from && raw[end - 1] === LF && raw[end - 2] === CR) end -= 2;
  return end;
}

/** Like {@link withoutEmptyLines}, where lines of white space are empty too, and the last line loses its own. */
function withoutBlankLines(raw: Buffer, from: number): number {
  for (let end = raw.length; ; end -= 2) {
    while (end > from && (raw[end - 1] === SP || raw[end - 1] === TAB)) end--;
    if (end - 2 < from || raw[end - 1] !== LF || raw[end - 2] !== CR) return end;
  }
}

/**
 * Block by block: most blocks (base64, or text without runs of white space) are hashed where they lie, the others
 * through a scratch buffer. A block ends behind an octet that is no white space, so that no run spans two.
 */
function relaxBody(raw: Buffer, from: number, end: number, sink: LimitedHash): void {
  let scratch: Buffer | null = null;
  for (let start = from; start < end; ) {
    let stop = Math.min(start + BLOCK_OCTETS, end);
    while (stop < end && (raw[stop - 1] === SP || raw[stop - 1] === TAB)) stop++;
    const run = firstRun(raw, start, stop, end);
    sink.add(raw.subarray(start, run));
    if (run < stop) {
      if (scratch === null || scratch.length < stop - run) scratch = Buffer.allocUnsafe(stop - run);
      sink.add(scratch.subarray(0, squeeze(raw, run, stop, end, scratch)));
    }
    start = stop;
  }
}

/** Where the first white space lies that is not already one lone space inside a line; `stop` when there is none. */
function firstRun(raw: Buffer, start: number, stop: number, end: number): number {
  if (stop - start > 1024 && !raw.subarray(start, stop).includes(SP) && !raw.subarray(start, stop).includes(TAB))
    return stop;
  for (let i = start; i < stop; i++) {
    const c = raw[i]!;
    if (c > SP) continue;
    if (c === TAB) return i;
    if (c !== SP) continue;
    const next = raw[i + 1];
    if (next === SP || next === TAB || (next === CR && raw[i + 2] === LF && i + 2 < end)) return i;
  }
  return stop;
}

function squeeze(raw: Buffer, start: number, stop: number, end: number, out: Buffer): number {
  let at = 0;
  let space = false;
  for (let i = start; i < stop; i++) {
    const c = raw[i]!;
    if (c === SP || c === TAB) {
      space = true;
      continue;
    }
    if (space && !(c === CR && raw[i + 1] === LF && i + 1 < end)) out[at++] = SP;
    space = false;
    out[at++] = c;
  }
  return at;
}

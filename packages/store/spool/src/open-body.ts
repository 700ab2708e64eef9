import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { bodyAad, LARGE_BODY_AAD, openBody, openFrames, SealBrokenError } from '@sekisho/vault';
import { BodyDamagedError } from './errors.ts';
import { readSealedBody } from './read-sealed-body.ts';
import type { BodySeal, SpoolReference } from './reference.ts';

type BodyPlace = Pick<SpoolReference, 'segmentFile' | 'bodyOffset' | 'bodyOctets' | 'bodyFile'>;

/** The raw message a reference names, whole and authentic; rejects with BodyDamagedError. */
export async function openBodyOf(reference: BodySeal & BodyPlace): Promise<Buffer> {
  if (reference.bodyKind === 'inline') return openSealedBody(reference, readSealedBody(reference));
  return collect(reference, openBodyStreamOf(reference));
}

/** The same, a frame at a time: that the message is whole is known when the iteration ends without an error. */
export async function* openBodyStreamOf(reference: BodySeal & BodyPlace): AsyncGenerator<Buffer> {
  if (reference.bodyKind === 'inline') yield openSealedBody(reference, readSealedBody(reference));
  else yield* openSealedStream(reference, createReadStream(reference.bodyFile!, { highWaterMark: READ_OCTETS }));
}

/** Opens the sealed octets of an inline body, wherever they lie now; throws BodyDamagedError. */
export function openSealedBody(seal: BodySeal, sealed: Buffer): Buffer {
  const { spoolId, tenant, sha256, sizeOctets, recordKey } = seal;
  try {
    const raw = openBody(recordKey, bodyAad(tenant, spoolId, sha256), sealed);
    if (raw.length === sizeOctets && hash('sha256', raw, 'buffer').equals(sha256)) return raw;
  } catch (cause) {
    throw new BodyDamagedError(spoolId, { cause });
  }
  throw new BodyDamagedError(spoolId, { detail: { expected: 'another digest or size' } });
}

/** Opens the sealed octets of a large body, wherever they come from now; rejects with BodyDamagedError. */
export async function* openSealedStream(
  seal: BodySeal,
  sealed: AsyncIterable<Buffer> | Iterable<Buffer>,
): AsyncGenerator<Buffer> {
  const digest = createHash('sha256');
  let octets = 0;
  try {
    for await (const frame of openFrames(seal.recordKey, LARGE_BODY_AAD, sealed)) {
      digest.update(frame);
      octets += frame.length;
      yield frame;
    }
  } catch (cause) {
    const isAbsent = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    if (!isAbsent && !(cause instanceof SealBrokenError)) throw cause;
    throw new BodyDamagedError(seal.spoolId, { cause });
  }
  if (octets === seal.sizeOctets && digest.digest().equals(seal.sha256)) return;
  throw new BodyDamagedError(seal.spoolId, { detail: { octets, expected: seal.sizeOctets } });
}

const READ_OCTETS = 256 * 1024;

async function collect(seal: BodySeal, frames: AsyncIterable<Buffer>): Promise<Buffer> {
  const raw = Buffer.allocUnsafe(seal.sizeOctets);
  let at = 0;
  for await (const frame of frames) {
    if (at + frame.length > raw.length) throw new BodyDamagedError(seal.spoolId, { detail: { octets: 'too many' } });
    raw.set(frame, at);
    at += frame.length;
  }
  return raw;
}

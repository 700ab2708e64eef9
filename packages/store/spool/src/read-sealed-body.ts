import { closeSync, openSync, readSync } from 'node:fs';
import { BodyDamagedError } from './errors.ts';
import type { SpoolReference } from './reference.ts';

type SealedPlace = Pick<SpoolReference, 'spoolId' | 'segmentFile' | 'bodyOffset' | 'bodyOctets' | 'bodyKind'>;

/** The sealed octets of an inline body as they lie, to be copied into a pack; throws BodyDamagedError. */
export function readSealedBody(reference: SealedPlace): Buffer {
  return readSealedBodies([reference])[0]!;
}

/** The same for many; each segment is opened once. */
export function readSealedBodies(references: readonly SealedPlace[]): Buffer[] {
  const open = new Map<string, number>();
  try {
    return references.map((one) => {
      const fd = open.get(one.segmentFile) ?? openSegment(one);
      open.set(one.segmentFile, fd);
      return read(fd, one);
    });
  } finally {
    for (const fd of open.values()) closeSync(fd);
  }
}

function openSegment({ spoolId, segmentFile }: SealedPlace): number {
  try {
    return openSync(segmentFile, 'r');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new BodyDamagedError(spoolId, { cause });
  }
}

function read(fd: number, { spoolId, bodyKind, bodyOffset, bodyOctets }: SealedPlace): Buffer {
  if (bodyKind !== 'inline')
    throw new TypeError(`Cannot read "${spoolId}" as an inline body: it has a file of its own`);
  const sealed = Buffer.allocUnsafe(bodyOctets);
  const octets = readSync(fd, sealed, 0, bodyOctets, bodyOffset);
  if (octets < bodyOctets) throw new BodyDamagedError(spoolId, { detail: { octets, expected: bodyOctets } });
  return sealed;
}

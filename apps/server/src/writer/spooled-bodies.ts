import type { Packs, Place } from '@sekisho/packs';
import {
  BodyDamagedError,
  openSealedBody,
  openSealedStream,
  readSealedBodies,
  readSealedBody,
  type SpoolReference,
} from '@sekisho/spool';
import type { SpoolId } from '@sekisho/terms';
import type { Inspected } from '../message-path.ts';

/** A spooled message whose body is whole: what was made of its octets, and the same sealed. */
export interface Whole<Made> {
  readonly spoolId: SpoolId;
  readonly sealed: Buffer;
  readonly made: Made;
}

/** Reads and opens inline bodies one after the other; those that are damaged are left out, and all others read all the same. */
export function readWholeBodies<Made>(
  messages: readonly Inspected[],
  make: (message: Inspected, raw: Buffer) => Made,
): Whole<Made>[] {
  const all = unlessDamaged(() => readSealedBodies(messages.map(({ reference }) => reference)));
  return messages.flatMap((message, at) => {
    const { reference } = message;
    const sealed = all ? all[at]! : unlessDamaged(() => readSealedBody(reference));
    const raw = sealed && unlessDamaged(() => openSealedBody(reference, sealed));
    return raw ? [{ spoolId: reference.spoolId, sealed, made: make(message, raw) }] : [];
  });
}

/** Whether the body that a row names is there and is the message's. */
export async function bodyOpens(packs: Packs, place: Place, reference: SpoolReference): Promise<boolean> {
  try {
    if (reference.bodyKind === 'inline') openSealedBody(reference, packs.read(place));
    else for await (const chunk of openSealedStream(reference, packs.readStream(place))) chunk.fill(0);
    return true;
  } catch {
    return false;
  }
}

function unlessDamaged<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof BodyDamagedError) return null;
    throw error;
  }
}

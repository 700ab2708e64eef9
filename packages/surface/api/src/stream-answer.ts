import type { Log } from '@sekisho/ports';
import { apiBrokenOff } from './events.ts';

/**
 * The body of an answer that streams. Its first piece is made before the answer begins, so that what cannot be opened
 * at all is refused; what goes wrong behind it breaks the answer off, and is told to the log.
 */
export async function streamAnswer(
  log: Log,
  operation: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<ReadableStream> {
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  return ReadableStream.from(following(first, iterator, (error) => apiBrokenOff(log, operation, error)));
}

async function* following(
  first: IteratorResult<Uint8Array>,
  iterator: AsyncIterator<Uint8Array>,
  brokenOff: (error: unknown) => void,
): AsyncGenerator<Uint8Array> {
  try {
    for (let next = first; !next.done; next = await iterator.next()) yield next.value;
  } catch (error) {
    brokenOff(error);
    throw error;
  } finally {
    await iterator.return?.();
  }
}

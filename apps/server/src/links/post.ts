import { deserialize, serialize } from 'node:v8';
import type { MessagePort, Worker } from 'node:worker_threads';

/**
 * Posts a message between threads so that octets arrive as the Buffers they were: the structured clone of
 * `postMessage` alone would make plain typed arrays of them, whose `toString('hex')` says something else.
 */
export function post(port: Worker | MessagePort, message: unknown): void {
  const octets = serialize(message);
  port.postMessage(octets, [octets.buffer as ArrayBuffer]);
}

/** The message that was posted. */
export const unpack = (octets: Uint8Array): unknown => deserialize(octets);

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { SealBrokenError } from './errors.ts';
import { FRAME_OCTETS, framedOctets, LARGE_BODY_AAD } from './frames.ts';
import { openFrames } from './open-frames.ts';
import { FrameSealer } from './seal-frames.ts';

const key = randomBytes(32);
const SEALED_FRAME = FRAME_OCTETS + 16;
const HEADER = 16;

function seal(body: Buffer, chunkOctets = body.length || 1): Buffer {
  const sealer = new FrameSealer(key, LARGE_BODY_AAD);
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += chunkOctets) parts.push(...sealer.push(body.subarray(at, at + chunkOctets)));
  return Buffer.concat([...parts, ...sealer.finish()]);
}

async function open(sealed: Buffer, chunkOctets = 50_000): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let at = 0; at < sealed.length; at += chunkOctets) chunks.push(sealed.subarray(at, at + chunkOctets));
  const frames: Buffer[] = [];
  for await (const frame of openFrames(key, LARGE_BODY_AAD, chunks)) frames.push(frame);
  return Buffer.concat(frames);
}

test('openFrames() gives back what FrameSealer took, however both were cut into chunks', async () => {
  const sizes = fc.oneof(fc.nat(3), fc.nat(200_000), fc.constantFrom(FRAME_OCTETS, FRAME_OCTETS + 1, 2 * FRAME_OCTETS));
  await fc.assert(
    fc.asyncProperty(
      sizes,
      fc.integer({ min: 1, max: 90_000 }),
      fc.integer({ min: 9, max: 90_000 }),
      async (n, a, b) => {
        const body = randomBytes(n);
        const sealed = seal(body, Math.max(a, 500));
        assert.equal(sealed.length, framedOctets(n));
        assert.ok((await open(sealed, Math.max(b, 500))).equals(body));
      },
    ),
    { numRuns: 25 },
  );
});

test('FrameSealer keeps nothing of a chunk that its caller may use again', async () => {
  const sealer = new FrameSealer(key, LARGE_BODY_AAD);
  const chunk = Buffer.from('first');
  const parts = [...sealer.push(chunk)];
  chunk.fill(0);
  assert.equal((await open(Buffer.concat([...parts, ...sealer.finish()]))).toString(), 'first');
});

test('openFrames() refuses a body that is cut, even between two frames', async () => {
  const sealed = seal(randomBytes(2 * FRAME_OCTETS + 100));
  const cuts = [0, 5, HEADER, HEADER + 1, HEADER + SEALED_FRAME, HEADER + 2 * SEALED_FRAME, sealed.length - 1];
  for (const end of cuts) await assert.rejects(open(sealed.subarray(0, end)), SealBrokenError);
});

test('openFrames() refuses a cut where a whole body of as many octets would end', async () => {
  const whole = seal(randomBytes(2 * FRAME_OCTETS));
  await assert.rejects(open(whole.subarray(0, framedOctets(FRAME_OCTETS))), SealBrokenError);
});

test('openFrames() refuses frames in another order, twice, or of another body', async () => {
  const one = seal(randomBytes(3 * FRAME_OCTETS));
  const other = seal(randomBytes(3 * FRAME_OCTETS));
  const frame = (of: Buffer, index: number) =>
    of.subarray(HEADER + index * SEALED_FRAME, HEADER + (index + 1) * SEALED_FRAME);
  const header = one.subarray(0, HEADER);
  for (const frames of [
    [frame(one, 1), frame(one, 0), frame(one, 2)],
    [frame(one, 0), frame(one, 0), frame(one, 1), frame(one, 2)],
    [frame(one, 0), frame(other, 1), frame(one, 2)],
  ]) {
    await assert.rejects(open(Buffer.concat([header, ...frames])), SealBrokenError);
  }
});

test('openFrames() refuses octets behind the last frame', async () => {
  const sealed = seal(randomBytes(100));
  await assert.rejects(open(Buffer.concat([sealed, Buffer.alloc(1)])), SealBrokenError);
  await assert.rejects(open(Buffer.concat([sealed, sealed])), SealBrokenError);
});

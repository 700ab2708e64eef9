import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SegmentFile } from '@sekisho/spool';
import { keptLog } from '@sekisho/ports/testing';
import type { TenantId } from '@sekisho/terms';
import { Segments } from './segments.ts';

const name = (number: number) => `0${String(number).padStart(9, '0')}.segment`;
const file = (number: number) => `/spool/${name(number)}`;
const segment = (number: number, front = 0): SegmentFile => ({ file: file(number), front, number });
const FLOOD = 'flood0000a' as TenantId;

/** Segments over a spool that the test describes, after a start at which nothing lay there. */
function openSegments(listed: SegmentFile[] = [], isStarted = true) {
  const read: string[] = [];
  const complete: string[] = [];
  const damaged = new Set<string>();
  const failing = new Map<string, Error>();
  const state = { hasRoom: false, listFails: 0, onRead: (_: string): void => undefined };
  const log = keptLog();
  const segments = new Segments({
    log,
    async list() {
      if (state.listFails-- > 0) throw new Error('EMFILE');
      return listed;
    },
    async read(path) {
      read.push(path);
      await sleep(1);
      const error = failing.get(path);
      if (error) throw error;
      state.onRead(path);
      return { isDamaged: damaged.has(path) };
    },
    hasMuchRoom: () => state.hasRoom,
    complete: (path, isFailed) => void complete.push(isFailed ? `${path} failed` : path),
  });
  if (isStarted) segments.found([]);
  const settled = async () => {
    for (let i = 0; i < 5; i++) {
      await sleep(2);
      await segments.read();
    }
  };
  return { segments, read, complete, damaged, failing, state, log, settled, listed };
}

test('a segment of which everything was told is complete when it is closed, without reading it', async () => {
  const { segments, read, complete, settled } = openSegments();
  segments.closed(file(1), false);
  segments.closed(file(2), true);
  await settled();
  assert.deepEqual([read, complete], [[], [file(1), `${file(2)} failed`]]);
});

test('nothing is complete before it is known what lies in the spool', async () => {
  const { segments, read, complete, settled } = openSegments([], false);
  segments.closed(file(1), false);
  await settled();
  assert.deepEqual(complete, []);
  segments.found([segment(1)]);
  await settled();
  assert.deepEqual([read, complete], [[file(1)], [file(1)]]);
});

test('what lies in the spool at the start is read before any of it is complete, the oldest first', async () => {
  const { segments, read, complete, settled } = openSegments();
  segments.found([segment(3), segment(1), segment(2)]);
  segments.closed(file(2), false);
  await settled();
  assert.deepEqual(read, [file(1), file(2), file(3)]);
  assert.deepEqual(complete, [file(2)], 'nobody said that the others are closed');
});

test('a front that greets has its segments read; those that it does not write to any more are complete then', async () => {
  const { segments, read, complete, settled } = openSegments([segment(1), segment(2), segment(3), segment(9, 4)]);
  segments.greeted(0, [file(2), file(3)]);
  await settled();
  assert.deepEqual([...read].sort(), [file(1), file(2), file(3)]);
  assert.deepEqual(complete, [file(1)]);
});

test('what a front tells about a closed segment waits until its segments are listed and read', async () => {
  const { segments, read, complete, settled, state } = openSegments([segment(1), segment(2)]);
  state.onRead = (path) => assert.ok(!complete.includes(path));
  segments.greeted(0, [file(1), file(2)]);
  segments.closed(file(1), false);
  assert.deepEqual(complete, []);
  await settled();
  assert.deepEqual(read, [file(1), file(2)]);
  assert.deepEqual(complete, [file(1)]);
});

test('nothing is complete while the spool cannot be listed', async () => {
  const { segments, complete, settled, state } = openSegments([segment(1)]);
  state.listFails = 1;
  segments.greeted(0, [file(1)]);
  segments.closed(file(1), false);
  await settled();
  assert.deepEqual(complete, []);
  await sleep(1000);
  await settled();
  assert.deepEqual(complete, [file(1)]);
});

test('a segment that is closed while it is being read is complete when it was read', async () => {
  const { segments, complete, settled, state } = openSegments();
  state.onRead = () => assert.deepEqual(complete, []);
  segments.found([segment(1)]);
  segments.closed(file(1), false);
  assert.equal(segments.counts.unread, 1);
  await settled();
  assert.deepEqual(complete, [file(1)]);
});

test('a segment that cannot be read now is not complete, and holds up no other', async () => {
  const { segments, complete, failing, settled } = openSegments([segment(1), segment(2), segment(3)]);
  failing.set(file(1), new Error('EIO'));
  segments.found([segment(1), segment(2)]);
  segments.closed(file(1), false);
  segments.closed(file(2), false);
  await settled();
  assert.deepEqual(complete, [file(2)]);
  assert.equal(segments.counts.unread, 1);
  segments.stop();
});

test('a closed segment with damage in it stays', async () => {
  const { segments, complete, damaged, settled } = openSegments();
  damaged.add(file(1));
  segments.closed(file(2), false);
  await settled();
  segments.found([segment(1), segment(2)], [segment(1)]);
  await settled();
  assert.equal(complete.includes(file(1)), false);
  assert.equal(segments.counts.kept, 1);
});

test('damage in a segment that is still written to is judged when it is closed', async () => {
  const { segments, read, complete, damaged, settled } = openSegments([segment(1)]);
  damaged.add(file(1));
  segments.greeted(0, [file(1)]);
  await settled();
  assert.equal(segments.counts.doubtful, 1);
  damaged.clear();
  segments.closed(file(1), false);
  await settled();
  assert.deepEqual(read, [file(1), file(1)]);
  assert.deepEqual(complete, [file(1)]);
});

test('a segment with messages that were passed over is read again when there is room, and only then complete', async () => {
  const { segments, read, complete, state, settled } = openSegments();
  segments.skipped(file(1), FLOOD);
  segments.closed(file(1), false);
  await settled();
  segments.roomAgain();
  await settled();
  assert.deepEqual([read, complete], [[], []]);
  assert.equal(segments.counts.unread, 1);
  state.hasRoom = true;
  segments.roomAgain();
  await settled();
  assert.deepEqual([read, complete], [[file(1)], [file(1)]]);
});

test('a message passed over while its segment is read keeps the segment', async () => {
  const { segments, complete, state, settled } = openSegments();
  state.onRead = (path) => {
    state.hasRoom = false;
    segments.skipped(path, FLOOD);
  };
  segments.found([segment(1)]);
  segments.closed(file(1), false);
  await settled();
  assert.deepEqual(complete, []);
});

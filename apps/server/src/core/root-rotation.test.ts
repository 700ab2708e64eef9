import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RootRotation } from './root-rotation.ts';

const ROTATED = {
  kind: 'root-key-rotated',
  file: '/etc/sekisho/root.key',
  keys: { current: Buffer.alloc(32, 2), former: [Buffer.alloc(32, 1)] },
} as const;

test('RootRotation asks the supervisor and gives what it answers', async () => {
  const told: string[] = [];
  const rotation = new RootRotation(({ kind }) => void told.push(kind));
  const asked = rotation.ask();
  rotation.take(ROTATED);
  assert.equal(await asked, ROTATED);
  assert.deepEqual(told, ['rotate-root-key']);
});

test('RootRotation refuses a second rotation while one is under way, and takes another one behind it', async () => {
  const rotation = new RootRotation(() => undefined);
  const first = rotation.ask();
  await assert.rejects(rotation.ask(), { id: 'root-key-busy' });
  rotation.take({ kind: 'root-key-kept', fault: { id: 'root-key-not-a-file', message: 'Cannot rotate' } });
  await assert.rejects(first, { id: 'root-key-not-a-file', message: 'Cannot rotate' });
  const second = rotation.ask();
  rotation.take(ROTATED);
  assert.equal((await second).file, '/etc/sekisho/root.key');
});

test('RootRotation does not mind an answer that nobody waits for', () => {
  new RootRotation(() => undefined).take(ROTATED);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chance } from './chance.ts';
import { Sender } from './sender.ts';
import { Sink } from './sink.ts';

const load = { tenants: [{ name: 'a', domain: 'a.test' }], sessions: 3, pauseMs: 0 };

test('what a sender sends comes to a sink octet for octet, large messages and lines with dots included', async () => {
  const sink = await Sink.open();
  const sender = new Sender({ ...load, port: sink.port, chance: new Chance(3), messages: 60, largeShare: 0.05 });
  await sender.finished();
  sink.close();
  const digests = new Map(sink.copies.map(({ number, digest }) => [number, digest]));
  assert.equal(sender.accepted.length, 60);
  for (const { number, digest, recipients } of sender.sent) {
    assert.equal(digests.get(number), digest);
    for (const recipient of recipients) assert.ok(sink.hasTaken(number, recipient));
  }
});

test('a message whose connection ends before the reply is unknown, and one that is refused is refused', async () => {
  const sink = await Sink.open();
  const moods = [{ kind: 'drop' }, { kind: 'refuse' }, { kind: 'take' }] as const;
  let asked = 0;
  sink.mood = () => moods[asked++]!;
  const sender = new Sender({ ...load, sessions: 1, port: sink.port, chance: new Chance(4), messages: 3 });
  await sender.finished();
  sink.close();
  assert.deepEqual(
    sender.sent.map(({ outcome, code }) => [outcome, code]),
    [
      ['unknown', 0],
      ['refused', 451],
      ['accepted', 250],
    ],
  );
});

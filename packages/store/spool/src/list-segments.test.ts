import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { closedSegments, listSegments } from './list-segments.ts';
import { segmentFileName } from './names.ts';
import { openTestSpool, testEnvelope } from './testing.ts';

const segment = (front: number, number: number) => ({
  file: `/spool/${segmentFileName(front, number)}`,
  front,
  number,
});

test('listSegments() gives segments by front and age, and no other file', async () => {
  await using spool = await openTestSpool({ limits: { spareSegments: 0 } });
  for (const [front, number] of [
    [2, 5],
    [1, 9],
    [1, 30],
  ] as const) {
    await writeFile(join(spool.folder, segmentFileName(front, number)), '');
  }
  const listed = (await listSegments(spool.folder)).filter(({ front }) => front > 0);
  assert.deepEqual(
    listed.map(({ front, number }) => [front, number]),
    [
      [1, 9],
      [1, 30],
      [2, 5],
    ],
  );
  assert.deepEqual(await listSegments(join(spool.folder, 'absent')), []);
});

test('closedSegments() counts neither live segments as closed nor newer ones, nor those of other fronts', () => {
  const [a, b, c, d] = [segment(0, 10), segment(0, 20), segment(0, 30), segment(0, 40)];
  const other = segment(1, 5);
  assert.deepEqual(closedSegments([a, b, c, d, other], [b.file, c.file]), [a]);
  assert.deepEqual(closedSegments([a, b, c, d], [`elsewhere/${segmentFileName(0, 40)}`]), [a, b, c]);
  assert.deepEqual(closedSegments([a, b], []), []);
});

test('closedSegments() never names a segment that is still written to, however old the answer is', async () => {
  const closed = new Set<string>();
  await using spool = await openTestSpool({
    limits: { segmentOctets: 32 * 1024, inlineBodyOctets: 8192 },
    segmentClosed: (file) => closed.add(file),
  });
  const answers: string[][] = [];
  for (let n = 0; n < 40; n += 1) {
    answers.push(spool.writer.liveSegments());
    await spool.writer.append(testEnvelope(), [randomBytes(3000)]);
    const listed = await listSegments(spool.folder);
    for (const live of answers) {
      for (const { file } of closedSegments(listed, live)) assert.ok(closed.has(file), file);
    }
  }
  assert.ok(closed.size > 3);
});

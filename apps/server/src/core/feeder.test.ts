import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '@sekisho/ports/testing';
import type { SpoolId, TenantId } from '@sekisho/terms';
import { FEEDER_LIMITS, Feeder, type Scanner, type Work } from './feeder.ts';

const id = (spool: string, tenant = 'a') => ({ spoolId: spool as SpoolId, tenant: tenant as TenantId });

function scannerThatKeeps(): Scanner<string> & { batches: string[][] } {
  const batches: string[][] = [];
  return { batches, hand: (batch) => void batches.push(batch.map((work) => work.reference)) };
}

function openFeeder(limits: Partial<typeof FEEDER_LIMITS> = {}) {
  const clock = fakeClock();
  const poison: Work<string>[] = [];
  const held = new Set<string>();
  const feeder = new Feeder<string>(
    clock,
    { ...FEEDER_LIMITS, ...limits },
    { poison: (work) => void poison.push(work), isHeld: (tenant) => held.has(tenant) },
  );
  return { clock, poison, feeder, held };
}

test('offer() hands out at most two frames a scanner, the rest waits', () => {
  const { feeder, clock } = openFeeder({ batchMessages: 2 });
  const scanner = scannerThatKeeps();
  feeder.add(scanner);
  for (let i = 0; i < 5; i++) {
    clock.advance(20);
    feeder.offer(`m${i}`, id(`m${i}`));
  }
  assert.deepEqual(scanner.batches, [['m0'], ['m1']]);
  assert.equal(feeder.settle(scanner, 'm0' as SpoolId)?.reference, 'm0');
  assert.deepEqual(scanner.batches[2], ['m2', 'm3']);
  assert.equal(feeder.backlog, 1);
});

test('settle() gives nothing for an answer about a message the scanner never had, or twice', () => {
  const { feeder } = openFeeder();
  const scanner = scannerThatKeeps();
  const other = scannerThatKeeps();
  feeder.add(scanner);
  feeder.add(other);
  feeder.offer('m', id('m'));
  assert.equal(feeder.settle(other, 'm' as SpoolId), null);
  assert.ok(feeder.settle(scanner, 'm' as SpoolId));
  assert.equal(feeder.settle(scanner, 'm' as SpoolId), null);
});

test('remove() hands the work of a dead scanner out again, and calls it poison after three deaths', () => {
  const { feeder, poison } = openFeeder();
  feeder.offer('bad', id('bad'));
  feeder.offer('good', id('good'));
  const answered: string[] = [];
  for (let deaths = 0; deaths < 3; ) {
    const scanner = scannerThatKeeps();
    feeder.add(scanner);
    for (let at = 0; at < scanner.batches.length && scanner.batches[at]![0] === 'good'; at++) {
      assert.ok(feeder.settle(scanner, 'good' as SpoolId));
      answered.push('good');
    }
    deaths += 1;
    feeder.remove(scanner);
  }
  assert.deepEqual(answered, ['good']);
  assert.deepEqual(
    poison.map((work) => work.reference),
    ['bad'],
  );
});

test('accept comes first at a peak, until the oldest message has waited too long', () => {
  const { feeder, clock } = openFeeder({ longestWaitMs: 1000 });
  const scanner = scannerThatKeeps();
  feeder.add(scanner);
  const peak = (count: number) => {
    for (let i = 0; i < count; i++) {
      if (i % 10 === 0) clock.advance(1);
      feeder.offer('p', id(`p${clock.monotonic()}-${i}`));
    }
  };
  peak(1000);
  assert.equal(feeder.yields, true);
  const handed = scanner.batches.length;
  peak(1000);
  assert.equal(scanner.batches.length, handed);
  clock.advance(1000);
  peak(1000);
  assert.equal(feeder.yields, false);
});

test('accept-first at a peak holds back the tenant that piled up, not its neighbour (noisy-neighbour)', () => {
  const { feeder, clock } = openFeeder({ longestWaitMs: 10_000 });
  const scanner = scannerThatKeeps();
  for (let i = 0; i < 1000; i++) {
    if (i % 10 === 0) clock.advance(1);
    feeder.offer('flood', id(`f${i}`, 'flood'));
  }
  feeder.offer('quiet', id('q', 'quiet'));
  feeder.add(scanner);
  assert.deepEqual([feeder.yields, scanner.batches], [true, [['quiet']]]);
});

test('an urgent message goes before all others', () => {
  const { feeder } = openFeeder({ framesPerScanner: 1 });
  const scanner = scannerThatKeeps();
  feeder.add(scanner);
  feeder.offer('first', id('first'));
  feeder.offer('later', id('later'));
  feeder.offer('urgent', id('urgent', 'b'), true);
  feeder.settle(scanner, 'first' as SpoolId);
  assert.deepEqual(scanner.batches, [['first'], ['urgent']]);
});

test('an innocent message is not blamed for what a neighbour does to its scan process', () => {
  const { feeder, poison } = openFeeder();
  for (const name of ['bad', 'innocent', 'other']) feeder.offer(name, id(name));
  for (let death = 0; death < 3; death++) {
    const scanner = scannerThatKeeps();
    feeder.add(scanner);
    if (death > 0) assert.equal(scanner.batches.length, 1, 'a suspect has its scanner for itself');
    feeder.remove(scanner);
  }
  const healthy = scannerThatKeeps();
  feeder.add(healthy);
  for (let at = 0; at < healthy.batches.length; at++) {
    assert.equal(healthy.batches[at]!.length, 1);
    feeder.settle(healthy, healthy.batches[at]![0] as SpoolId);
  }
  assert.deepEqual(poison, []);
  assert.equal(feeder.backlog, 0);
});

test('suspects are handed out although a scanner is never idle by itself', () => {
  const { feeder } = openFeeder({ batchMessages: 1 });
  const dying = scannerThatKeeps();
  feeder.offer('suspect', id('suspect'));
  feeder.add(dying);
  const busy = scannerThatKeeps();
  feeder.add(busy);
  for (let i = 0; i < 10; i++) feeder.offer(`m${i}`, id(`m${i}`));
  feeder.remove(dying);
  let settled = 0;
  while (busy.batches.every(([reference]) => reference !== 'suspect')) {
    feeder.settle(busy, busy.batches[settled++]![0] as SpoolId);
    assert.ok(settled < 10);
  }
});

test('the flood of a tenant whose clients wait for replies does not stop others’ mail', () => {
  const { feeder } = openFeeder({ batchMessages: 1, framesPerScanner: 1 });
  const scanner = scannerThatKeeps();
  for (let i = 0; i < 50; i++) feeder.offer(`u${i}`, id(`u${i}`, 'flood'), true);
  feeder.offer('quiet-urgent', id('quiet-urgent', 'quiet'), true);
  feeder.offer('quiet', id('quiet', 'quiet'));
  feeder.add(scanner);
  for (let i = 0; i < 4; i++) feeder.settle(scanner, scanner.batches[i]![0] as SpoolId);
  assert.deepEqual(scanner.batches.flat().slice(0, 4), ['u0', 'quiet', 'quiet-urgent', 'u1']);
});

test('mail of a held tenant stays where it is, others’ goes on, and nothing of it keeps the house busy', () => {
  const { feeder, held } = openFeeder();
  held.add('broken');
  feeder.offer('b', id('b', 'broken'));
  feeder.offer('w', id('w', 'well'));
  const scanner = scannerThatKeeps();
  feeder.add(scanner);
  assert.deepEqual(scanner.batches, [['w']]);
  assert.equal(feeder.isIdle, true);
  held.clear();
  assert.equal(feeder.isIdle, false);
  feeder.feed();
  assert.deepEqual(scanner.batches, [['w'], ['b']]);
});

test('postpone() lets a tenant rest without blaming the message', () => {
  const { feeder, clock } = openFeeder();
  const scanner = scannerThatKeeps();
  feeder.add(scanner);
  feeder.offer('m', id('m'));
  feeder.postpone(feeder.settle(scanner, 'm' as SpoolId)!, 1000);
  feeder.feed();
  assert.equal(scanner.batches.length, 1);
  clock.advance(1000);
  feeder.feed();
  assert.deepEqual(scanner.batches, [['m'], ['m']]);
  assert.equal(feeder.settle(scanner, 'm' as SpoolId)?.deaths, 0);
});

test('retry() hands a message out alone and gives up in the end', () => {
  const { feeder, poison } = openFeeder();
  const scanner = scannerThatKeeps();
  feeder.add(scanner);
  feeder.offer('m', id('m'));
  for (let i = 0; i < 3; i++) feeder.retry(feeder.settle(scanner, 'm' as SpoolId)!);
  assert.deepEqual(
    poison.map(({ reference }) => reference),
    ['m'],
  );
});

test('setLimits() changes how long mail waits for accept-first', () => {
  const { feeder, clock } = openFeeder({ acceptFirstPerSecond: 10, longestWaitMs: 10_000 });
  const scanner = scannerThatKeeps();
  for (let i = 0; i < 200; i++) feeder.offer(`m${i}`, id(`m${i}`));
  clock.advance(60);
  feeder.add(scanner);
  assert.deepEqual([feeder.yields, scanner.batches.length], [true, 0]);
  feeder.setLimits({ longestWaitMs: 50 });
  assert.equal(feeder.yields, false);
  assert.ok(scanner.batches.length > 0);
});

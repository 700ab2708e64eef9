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
  const feeder = new Feeder<string>(clock, { ...FEEDER_LIMITS, ...limits }, (work) => void poison.push(work));
  return { clock, poison, feeder };
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
  for (let death = 0; death < 3; death++) {
    const scanner = scannerThatKeeps();
    feeder.add(scanner);
    if (death > 0) {
      assert.deepEqual(scanner.batches[0], ['bad'], 'alone, so that it takes nobody with it');
      feeder.settle(scanner, 'good' as SpoolId);
    }
    feeder.remove(scanner);
  }
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

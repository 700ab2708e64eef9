import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InspectionContext, Inspector } from './inspector.ts';
import { runInspectors } from './run-inspectors.ts';

const context = {} as InspectionContext;
const good: Inspector = { name: 'a/good', inspect: () => [{ name: 'a/good', value: 1 }] };

test('runInspectors() keeps the order of inspectors, whoever is done first', async () => {
  const slow: Inspector = {
    name: 'a/slow',
    inspect: () => new Promise((resolve) => setTimeout(resolve, 20, [{ name: 'a/slow', value: 2 }])),
  };
  const facts = await runInspectors([slow, good], context, 1000);
  assert.deepEqual(
    facts.map((fact) => fact.name),
    ['a/slow', 'a/good'],
  );
});

test('runInspectors() tells who failed, and what holds instead', async () => {
  const broken: Inspector = {
    name: 'a/broken',
    otherwise: [{ name: 'a/verdict', value: 'unknown' }],
    inspect: () => {
      throw new TypeError(`x is not a function ${'y'.repeat(1000)}`);
    },
  };
  const rejected: Inspector = { name: 'a/rejected', inspect: () => Promise.reject(new Error('no')) };
  const facts = await runInspectors([broken, rejected, good], context, 1000);
  assert.deepEqual(
    facts.map((fact) => fact.name),
    ['a/verdict', 'inspection/failed', 'inspection/failed', 'a/good'],
  );
  assert.ok(JSON.stringify(facts[1]).length < 300);
  assert.deepEqual(facts[2]!.value, { inspector: 'a/rejected', why: 'Error: no' });
});

test('runInspectors() waits for nobody beyond the deadline', async () => {
  const never: Inspector = { name: 'a/never', inspect: () => new Promise(() => undefined) };
  const facts = await runInspectors([never, good], context, 30);
  assert.deepEqual(facts[0]!.value, { inspector: 'a/never', why: 'Error: not done in 30 ms' });
  assert.equal(facts.length, 2);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DnsError, zoneResolver } from '@sekisho/ports';
import { resolverWithDeadline } from './resolver-with-deadline.ts';

const isTimeout = (cause: unknown) => cause instanceof DnsError && cause.code === 'ETIMEOUT';

test('resolverWithDeadline() passes answers and failures on', async () => {
  const resolver = resolverWithDeadline(zoneResolver({ 'a.example': { A: ['192.0.2.1'] } }), 1000);
  assert.deepEqual(await resolver.resolve('a.example', 'A'), ['192.0.2.1']);
  await assert.rejects(resolver.resolve('b.example', 'A'), { code: 'ENOTFOUND' });
  resolver.done();
});

test('resolverWithDeadline() gives up on open questions and refuses later ones', async () => {
  const resolver = resolverWithDeadline({ resolve: () => new Promise(() => undefined) }, 20);
  await assert.rejects(resolver.resolve('a.example', 'A'), isTimeout);
  await assert.rejects(resolver.resolve('b.example', 'A'), isTimeout);
});

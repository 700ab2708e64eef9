import { test } from 'node:test';
import type { Actor, TenantId } from '@sekisho/terms';
import { z } from 'zod';
import { changes, ingests, reads } from './command.ts';
import type { Dispatch } from './dispatch.ts';

const rooms = {
  holding: {
    release: changes(z.object({ id: z.string(), why: z.string().default('') }), async (_tx, q) => ({ id: q.id })),
    list: reads(z.object({ limit: z.number() }), async (tx, q) => tx.all<{ id: string }>('SELECT ?', q.limit)),
  },
  archive: {
    take: ingests(z.object({ rows: z.array(z.string()) }), async (_tx, q, { batch }) => q.rows.length + batch),
  },
} as const;

test('Dispatch types room, command, question and answer', async () => {
  const dispatch = (async () => ({ id: 'a' })) as unknown as Dispatch<typeof rooms>;
  const [tenant, by]: [TenantId, Actor] = ['aaaaaaaaaa' as TenantId, { kind: 'system', name: 'test' }];
  const released: { id: string } = await dispatch(tenant, 'holding', 'release', { id: 'a' }, by);
  const listed: { id: string }[] = await dispatch(tenant, 'holding', 'list', { limit: 1 }, by);
  const taken: number = await dispatch(tenant, 'archive', 'take', { rows: [] }, by);
  void [released, listed, taken];
  // @ts-expect-error no such room
  await dispatch(tenant, 'cellar', 'release', { id: 'a' }, by);
  // @ts-expect-error no such command in this room
  await dispatch(tenant, 'holding', 'take', { rows: [] }, by);
  // @ts-expect-error the question lacks its id
  await dispatch(tenant, 'holding', 'release', { why: 'because' }, by);
  // @ts-expect-error the answer is a number
  const wrong: string = await dispatch(tenant, 'archive', 'take', { rows: [] }, by);
  void wrong;
  // @ts-expect-error a plain string is no tenant
  await dispatch('aaaaaaaaaa', 'holding', 'list', { limit: 1 }, by);
});

import { createRoute, z } from '@hono/zod-openapi';
import { type ApiApp, answers, jsonBody } from '../app.ts';
import { messageId, number, tenantPath } from '../parameters.ts';
import type { ApiServices } from '../services.ts';
import { queueRowView, viewQueueRow } from '../views/queue-row.ts';
import { isoOrNull, timeView } from '../views/times.ts';

const tags = ['queue'];

const countsView = z
  .object({
    waiting: z.int(),
    leased: z.int(),
    failed: z.int(),
    cancelled: z.int(),
    oldestQueuedAt: timeView.nullable(),
  })
  .openapi('QueueCounts');

/** The queue in numbers. */
export type QueueCountsView = z.infer<typeof countsView>;

const which = z
  .union([
    z.strictObject({ message: messageId, recipient: z.int().min(0).optional() }),
    z.strictObject({ destination: z.string().max(300) }),
    z.strictObject({ everything: z.literal(true) }),
  ])
  .openapi({ description: 'Recipients of a message, of a destination, or all.' });

const list = createRoute({
  method: 'get',
  path: '/tenants/{tenant}/queue',
  operationId: 'listQueue',
  tags,
  summary: 'Recipients on their way, by the time of the next attempt',
  request: {
    params: tenantPath,
    query: z.object({
      state: z.enum(['open', 'failed', 'cancelled']).default('open'),
      destination: z.string().max(300).optional(),
      message: messageId.optional(),
      after: z.string().max(120).optional(),
      limit: number(1, 500).default(50),
    }),
  },
  responses: answers(
    z.object({ rows: z.array(queueRowView), next: z.string().nullable() }),
    'A page; `next` is the `after` of the page behind it.',
  ),
});

const counts = createRoute({
  method: 'get',
  path: '/tenants/{tenant}/queue/counts',
  operationId: 'countQueue',
  tags,
  summary: 'The queue in numbers',
  request: { params: tenantPath },
  responses: answers(countsView, 'The numbers.'),
});

const retry = createRoute({
  method: 'post',
  path: '/tenants/{tenant}/queue/retry',
  operationId: 'retryQueue',
  tags,
  summary: 'Attempt delivery at once; named by message, also what had failed or was cancelled',
  request: { params: tenantPath, body: jsonBody(z.strictObject({ which })) },
  responses: answers(z.object({ retried: z.int(), hasMore: z.boolean() }), 'How many are due now.'),
});

const cancel = createRoute({
  method: 'post',
  path: '/tenants/{tenant}/queue/cancel',
  operationId: 'cancelQueue',
  tags,
  summary: 'Deliver no more; an attempt that is under way ends as it ends',
  request: {
    params: tenantPath,
    body: jsonBody(z.strictObject({ which, why: z.string().max(500).default('') })),
  },
  responses: answers(
    z.object({ cancelled: z.int(), underWay: z.int(), hasMore: z.boolean() }),
    'How many are stopped, and how many were under way.',
  ),
});

/** The queue: listed, counted, retried, cancelled. */
export function queueRoutes(app: ApiApp, { dispatch, control }: ApiServices): void {
  app.openapi(counts, async (c) => {
    const found = await dispatch(c.var.tenant.id, 'delivery', 'counts', {}, c.var.actor);
    return c.json({ ...found, oldestQueuedAt: isoOrNull(found.oldestQueuedAt) }, 200);
  });

  app.openapi(list, async (c) => {
    const page = await dispatch(c.var.tenant.id, 'delivery', 'list', c.req.valid('query'), c.var.actor);
    return c.json({ rows: page.rows.map(viewQueueRow), next: page.next }, 200);
  });

  app.openapi(retry, async (c) => {
    const { id } = c.var.tenant;
    const done = await dispatch(id, 'delivery', 'retry', c.req.valid('json'), c.var.actor);
    control.kick(id);
    return c.json(done, 200);
  });

  app.openapi(cancel, async (c) => {
    const done = await dispatch(c.var.tenant.id, 'delivery', 'cancel', c.req.valid('json'), c.var.actor);
    return c.json(done, 200);
  });
}

import { createRoute, z } from '@hono/zod-openapi';
import type { Held } from '@sekisho/holding';
import { formatAddress } from '@sekisho/terms';
import { type ApiApp, answers, jsonBody } from '../app.ts';
import { heldName, messageId, number, tenantName, tenantPath } from '../parameters.ts';
import type { ApiServices } from '../services.ts';
import { actorView, sentenceView } from '../views/actor.ts';
import { iso, isoOrNull, timeView } from '../views/times.ts';

const tags = ['quarantine'];
const state = z.enum(['waiting', 'released', 'deleted', 'expired']);
const heldView = z
  .object({
    id: z.string(),
    message: z.string(),
    forwardPath: z.string(),
    kind: z.enum(['quarantine', 'hold']),
    reason: z.string(),
    rule: z.string(),
    why: sentenceView,
    policyVersion: z.string(),
    state,
    openedAt: timeView,
    deadline: timeView,
    onExpiry: z.enum(['delete']).openapi({ description: 'What happens by itself at the deadline.' }),
    settledAt: timeView.nullable(),
    settledBy: actorView.nullable(),
    sender: z.string(),
    subject: z.string(),
    sizeOctets: z.int(),
  })
  .openapi('Held');

/** A forward-path of a message that does not go on by itself. */
export type HeldView = z.infer<typeof heldView>;

const countsView = z
  .object({
    byState: z.object({ waiting: z.int(), released: z.int(), deleted: z.int(), expired: z.int() }),
    waitingByReason: z.array(z.object({ reason: z.string(), count: z.int() })).readonly(),
    oldestWaitingAt: timeView.nullable(),
    nextDeadline: timeView.nullable(),
  })
  .openapi('HeldCounts');

const path = z.object({ tenant: tenantName, held: heldName });
const note = z.string().max(1000).default('').openapi({ description: 'Why; it is kept.' });

const list = createRoute({
  method: 'get',
  path: '/tenants/{tenant}/quarantine',
  operationId: 'listQuarantine',
  tags,
  summary: 'What is held, the newest first',
  request: {
    params: tenantPath,
    query: z.object({
      state: state.or(z.literal('any')).default('waiting'),
      kind: z.enum(['quarantine', 'hold']).optional(),
      reason: z.string().max(100).optional(),
      recipient: z.string().max(320).optional(),
      message: messageId.optional(),
      cursor: number(1, Number.MAX_SAFE_INTEGER).optional(),
      limit: number(1, 500).default(50),
    }),
  },
  responses: answers(
    z.object({ entries: z.array(heldView), cursor: z.int().nullable() }),
    'A page; `cursor` asks for the next one.',
  ),
});

const counts = createRoute({
  method: 'get',
  path: '/tenants/{tenant}/quarantine/counts',
  operationId: 'countQuarantine',
  tags,
  summary: 'What is held, in numbers',
  request: { params: tenantPath },
  responses: answers(countsView, 'The numbers.'),
});

const show = createRoute({
  method: 'get',
  path: '/tenants/{tenant}/quarantine/{held}',
  operationId: 'showHeld',
  tags,
  summary: 'One held forward-path',
  request: { params: path },
  responses: answers(heldView, 'What is or was held.'),
});

const release = createRoute({
  method: 'post',
  path: '/tenants/{tenant}/quarantine/{held}/release',
  operationId: 'releaseHeld',
  tags,
  summary: 'Let it go on to its forward-path; today’s rules are asked again',
  request: {
    params: path,
    body: jsonBody(
      z.strictObject({
        note,
        force: z
          .boolean()
          .default(false)
          .openapi({ description: 'Also when a virus was found, or when today’s rules stop it for another reason.' }),
      }),
    ),
  },
  responses: answers(heldView, 'What was held.'),
});

const remove = createRoute({
  method: 'post',
  path: '/tenants/{tenant}/quarantine/{held}/delete',
  operationId: 'deleteHeld',
  tags,
  summary: 'Give it up: it is never delivered; the archive keeps its copy',
  request: { params: path, body: jsonBody(z.strictObject({ note })) },
  responses: answers(heldView, 'What was held.'),
});

/** Something held as answers show it. */
function viewHeld({ spoolId, position: _place, forwardPath, openedAt, deadline, settledAt, ...held }: Held): HeldView {
  return {
    ...held,
    message: spoolId,
    forwardPath: formatAddress(forwardPath),
    openedAt: iso(openedAt),
    deadline: iso(deadline),
    settledAt: isoOrNull(settledAt),
  };
}

/** Quarantine: listed, counted, released, deleted. */
export function quarantineRoutes(app: ApiApp, { dispatch, control }: ApiServices): void {
  app.openapi(counts, async (c) => {
    const found = await dispatch(c.var.tenant.id, 'holding', 'counts', {}, c.var.actor);
    const { byState, waitingByReason, oldestWaitingAt, nextDeadline } = found;
    return c.json(
      {
        byState: { ...byState },
        waitingByReason,
        oldestWaitingAt: isoOrNull(oldestWaitingAt),
        nextDeadline: isoOrNull(nextDeadline),
      },
      200,
    );
  });

  app.openapi(list, async (c) => {
    const { state: wanted, message, ...rest } = c.req.valid('query');
    const question = {
      ...rest,
      ...(wanted === 'any' ? {} : { state: wanted }),
      ...(message === undefined ? {} : { spoolId: message }),
    };
    const page = await dispatch(c.var.tenant.id, 'holding', 'list', question, c.var.actor);
    return c.json({ entries: page.entries.map(viewHeld), cursor: page.cursor }, 200);
  });

  app.openapi(show, async (c) => {
    const { held } = c.req.valid('param');
    return c.json(viewHeld(await dispatch(c.var.tenant.id, 'holding', 'show', { id: held }, c.var.actor)), 200);
  });

  app.openapi(release, async (c) => {
    const { id } = c.var.tenant;
    const question = { id: c.req.valid('param').held, ...c.req.valid('json') };
    const done = await dispatch(id, 'path', 'release', question, c.var.actor);
    control.kick(id);
    return c.json(viewHeld(done), 200);
  });

  app.openapi(remove, async (c) => {
    const question = { id: c.req.valid('param').held, ...c.req.valid('json') };
    return c.json(viewHeld(await dispatch(c.var.tenant.id, 'holding', 'remove', question, c.var.actor)), 200);
  });
}

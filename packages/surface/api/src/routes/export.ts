import { createRoute, z } from '@hono/zod-openapi';
import { formatMbox, type MboxMessage } from '@sekisho/archive';
import type { Actor, TenantId } from '@sekisho/terms';
import { type ApiApp, answersStream } from '../app.ts';
import { number, tenantPath } from '../parameters.ts';
import type { ApiServices, MessageForm } from '../services.ts';
import { streamAnswer } from '../stream-answer.ts';

const PAGE = 100;

const exportMbox = createRoute({
  method: 'get',
  path: '/tenants/{tenant}/export',
  operationId: 'exportMessages',
  tags: ['archive'],
  summary: 'All messages that a search finds, as one mbox file (RFC 4155, mboxrd), the newest first',
  request: {
    params: tenantPath,
    query: z.object({
      query: z.string().max(2000).default(''),
      form: z.enum(['raw', 'delivered']).default('raw'),
      utcOffsetMinutes: number(-720, 840).default(540),
    }),
  },
  responses: answersStream(
    'application/mbox',
    'The file; it ends early, with an error, where a message does not open.',
  ),
});

/** A search with all that it finds, as one file. */
export function exportRoutes(app: ApiApp, services: ApiServices): void {
  app.openapi(exportMbox, async (c) => {
    const { form, ...asked } = c.req.valid('query');
    const first = await services.dispatch(c.var.tenant.id, 'archive', 'search', { ...asked, limit: 1 }, c.var.actor);
    const messages = found(services, c.var.tenant.id, { ...asked, form }, c.var.actor);
    const body = await streamAnswer(services.log, 'exportMessages', formatMbox(messages));
    c.header('content-type', 'application/mbox');
    c.header('content-disposition', `attachment; filename="${c.var.tenant.name}.mbox"`);
    c.header('x-sekisho-total', first.isMore ? `${first.total}+` : String(first.total));
    return c.body(body, 200);
  });
}

async function* found(
  { dispatch, contents }: ApiServices,
  tenant: TenantId,
  { form, ...asked }: { query: string; utcOffsetMinutes: number; form: MessageForm },
  by: Actor,
): AsyncGenerator<MboxMessage> {
  let cursor: number | null | undefined;
  while (cursor !== null) {
    const question = cursor === undefined ? { ...asked, limit: PAGE } : { ...asked, limit: PAGE, cursor };
    const page = await dispatch(tenant, 'archive', 'search', question, by);
    for (const { spoolId, receivedAt } of page.messages) {
      const source = await dispatch(tenant, 'archive', 'source', { spoolId }, by);
      if (!source) continue;
      const { reversePath } = (await dispatch(tenant, 'archive', 'show', { spoolId }, by)).envelope;
      yield { reversePath, receivedAt, octets: contents.stream(tenant, source, form) };
    }
    cursor = page.cursor;
  }
}

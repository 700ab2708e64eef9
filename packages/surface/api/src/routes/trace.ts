import { createRoute, z } from '@hono/zod-openapi';
import { parseRecipientAddress } from '@sekisho/access';
import type { Address } from '@sekisho/terms';
import { type ApiApp, answers } from '../app.ts';
import { messageId, number, tenantPath, time } from '../parameters.ts';
import type { ApiServices } from '../services.ts';
import { traceView, viewTrace } from '../views/trace.ts';

/** Forward-paths of one message whose place in the queue a trace tells. */
const MOST_RECIPIENTS = 500;

const address = z
  .string()
  .max(400)
  .transform((text, context): Address => {
    const found = parseRecipientAddress(text);
    if (found) return found;
    context.addIssue({ code: 'custom', message: 'not an address' });
    return z.NEVER;
  })
  .openapi({ type: 'string', example: 'hanako@kumo.example' });

const trace = createRoute({
  method: 'get',
  path: '/tenants/{tenant}/trace',
  operationId: 'traceMessages',
  tags: ['trace'],
  summary: 'Every step of the messages for which all that is given holds, the newest message first',
  request: {
    params: tenantPath,
    query: z.object({
      message: messageId.optional(),
      messageId: z.string().max(1000).optional().openapi({ description: 'Header field Message-ID, without < and >.' }),
      sender: address.optional().openapi({ description: 'Reverse-path, or an address in the header field From.' }),
      recipient: address.optional().openapi({ description: 'A forward-path.' }),
      from: time.optional(),
      until: time.optional(),
      cursor: number(1, Number.MAX_SAFE_INTEGER).optional(),
      limit: number(1, 50).default(10),
    }),
  },
  responses: answers(
    z.object({ traces: z.array(traceView), cursor: z.int().nullable() }),
    'A page; `cursor` asks for the next one.',
  ),
});

/** What happened to a message, told by all rooms that it went through. */
export function traceRoutes(app: ApiApp, { dispatch }: ApiServices): void {
  app.openapi(trace, async (c) => {
    const { id } = c.var.tenant;
    const { message, messageId: header, ...rest } = c.req.valid('query');
    const question = {
      ...rest,
      ...(message === undefined ? {} : { spoolId: message }),
      ...(header === undefined ? {} : { messageId: header.replace(/^<|>$/g, '') }),
    };
    const page = await dispatch(id, 'archive', 'trace', question, c.var.actor);
    const traces = await Promise.all(
      page.traces.map(async (found) => {
        const { spoolId } = found.message;
        const [held, attempts, queue] = await Promise.all([
          dispatch(id, 'holding', 'steps', { spoolId }, c.var.actor),
          dispatch(id, 'delivery', 'history', { message: spoolId }, c.var.actor),
          dispatch(id, 'delivery', 'list', { message: spoolId, limit: MOST_RECIPIENTS }, c.var.actor),
        ]);
        return viewTrace(found, held, attempts, queue.rows);
      }),
    );
    return c.json({ traces, cursor: page.cursor }, 200);
  });
}
